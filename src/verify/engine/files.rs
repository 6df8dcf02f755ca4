//! What is put into a container before it starts, as a tar stream: the program, the account and its
//! home.

use std::io::{self, Read};

use tar::{Archive, Builder, EntryType, Header};

/// Files on their way into a container.
pub(super) struct Files(Builder<Vec<u8>>);

/// What a tar stream has at a path of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    File(Found),
    /// A symbolic link, and where it leads.
    Link(String),
}

/// A file as it was found in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub text: String,
    pub mode: u32,
    pub owner: (u32, u32),
}

impl Files {
    pub fn new() -> Self {
        Self(Builder::new(Vec::new()))
    }

    /// A folder, from the root. Where it is there, it gets this owner and mode.
    pub fn folder(&mut self, path: &str, mode: u32, owner: (u32, u32)) -> io::Result<()> {
        let path = format!("{}/", path.trim_matches('/'));
        let mut header = header(EntryType::Directory, mode, owner, 0);
        self.0.append_data(&mut header, path, io::empty())
    }

    /// A file, from the root.
    pub fn file(
        &mut self,
        path: &str,
        bytes: &[u8],
        mode: u32,
        owner: (u32, u32),
    ) -> io::Result<()> {
        let mut header = header(EntryType::Regular, mode, owner, bytes.len());
        self.0
            .append_data(&mut header, path.trim_start_matches('/'), bytes)
    }

    /// All of them.
    pub fn stream(self) -> io::Result<Vec<u8>> {
        self.0.into_inner()
    }
}

fn header(kind: EntryType, mode: u32, (uid, gid): (u32, u32), size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(uid.into());
    header.set_gid(gid.into());
    header.set_size(size as u64);
    header.set_mtime(0);
    header
}

impl At {
    /// The first file or link of a tar stream, if that begins with one.
    pub fn in_stream(stream: &[u8]) -> Option<Self> {
        let mut archive = Archive::new(stream);
        let mut entry = archive.entries().ok()?.next()?.ok()?;
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Symlink => {
                let to = entry.link_name().ok()??;
                return Some(Self::Link(to.to_string_lossy().into_owned()));
            }
            _ => return None,
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        let number = |number: io::Result<u64>| number.ok().and_then(|n| u32::try_from(n).ok());
        let header = entry.header();
        Some(Self::File(Found {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            mode: header.mode().ok()? & 0o7777,
            owner: (number(header.uid())?, number(header.gid())?),
        }))
    }
}

impl Found {
    /// What a file like /etc/passwd is where the image has none.
    pub fn nothing() -> Self {
        Self {
            text: String::new(),
            mode: 0o644,
            owner: (0, 0),
        }
    }

    /// The text with a further line, if none begins with the same name.
    pub fn with_line(&self, line: &str) -> Option<String> {
        let name = |line: &str| line.split(':').next().map(str::to_owned);
        if self.text.lines().any(|own| name(own) == name(line)) {
            return None;
        }
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        Some(text + line + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut files = Files::new();
        let put = files.file("/etc/passwd", b"root:x:0:0::/root:/bin/sh", 0o640, (0, 42));
        put.expect("a file in a stream");
        let stream = files.stream().expect("a stream");
        let Some(At::File(found)) = At::in_stream(&stream) else {
            panic!("a file");
        };
        assert_eq!((found.mode, found.owner), (0o640, (0, 42)));
        let more = found.with_line("vcap:x:1:1::/:/bin/sh");
        assert_eq!(
            more.as_deref(),
            Some("root:x:0:0::/root:/bin/sh\nvcap:x:1:1::/:/bin/sh\n")
        );
        assert_eq!(found.with_line("root:x:1:1::/:/bin/sh"), None);
    }

    #[test]
    fn a_link_says_where_it_leads() {
        let mut header = header(EntryType::Symlink, 0o777, (0, 0), 0);
        let mut builder = Builder::new(Vec::new());
        let put = builder.append_link(&mut header, "passwd", "/usr/share/passwd");
        put.expect("a link in a stream");
        let stream = builder.into_inner().expect("a stream");
        let link = At::Link("/usr/share/passwd".to_owned());
        assert_eq!(At::in_stream(&stream), Some(link));
    }

    #[test]
    fn a_stream_that_is_none_has_no_file() {
        assert_eq!(At::in_stream(b"garbage"), None);
        assert_eq!(At::in_stream(&[0xff; 2048]), None);
        let mut files = Files::new();
        files.folder("/etc", 0o755, (0, 0)).expect("a folder");
        let stream = files.stream().expect("a stream");
        assert_eq!(At::in_stream(&stream), None);
    }
}
