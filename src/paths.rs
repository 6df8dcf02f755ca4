//! Paths of the disk, as files are found, compared and named by.

use std::path::{Path, PathBuf};

/// The folder that a file lies in.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) => Path::new("."),
        None => file,
    }
}

/// The absolute path without symbolic links; of what is not there, without them as far as it is.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| place(path))
}

/// Where a file lies: the folder without symbolic links, and its own name, be that a link or not.
pub fn place(file: &Path) -> PathBuf {
    let folder = folder_of(file);
    // The nearest folder that is there.
    let mut above = folder.ancestors().chain([Path::new(".")]);
    let found = above.find_map(|above| Some((above, above.canonicalize().ok()?)));
    match (found, file.file_name()) {
        (Some((above, real)), Some(name)) => {
            let gone = folder.strip_prefix(above).unwrap_or(folder);
            real.join(gone).join(name)
        }
        _ => file.to_owned(),
    }
}

/// A real path from the working directory, where it lies below that.
pub fn from_here(path: &Path) -> PathBuf {
    let below = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .ok()
        .and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    match below {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_its_own_place() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = real(dir.path());
        std::fs::create_dir(root.join("a")).expect("a folder");
        std::fs::write(root.join("file"), "").expect("a file");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../file", root.join("a/link")).expect("a link");
            assert_eq!(place(&root.join("a/link")), root.join("a/link"));
            assert_eq!(real(&root.join("a/link")), root.join("file"));
        }
        assert_eq!(place(&root.join("gone/deep/x")), root.join("gone/deep/x"));
        assert_eq!(real(&root.join("a/gone")), root.join("a/gone"));
        assert_eq!(folder_of(Path::new("x")), Path::new("."));
    }
}
