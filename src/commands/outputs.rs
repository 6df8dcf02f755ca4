//! Where the reports of `check` and `merge` go: the standard output, and the files of `--output-file`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::cli::{OutputFile, ReportFormat, Reporting};
use crate::commands::Outcome;
use crate::paths::folder_of;
use crate::problem::Problem;
use crate::report::Terminal;

/// The reports that are asked for.
pub(super) struct Outputs<'a> {
    /// That of the standard output; none where it goes to a file.
    main: Option<ReportFormat>,
    files: Vec<(ReportFormat, &'a Path)>,
}

impl<'a> Outputs<'a> {
    /// What the command line asks for.
    ///
    /// # Errors
    /// Two reports for one file.
    pub fn of(reporting: &'a Reporting) -> Result<Self, Problem> {
        let Reporting {
            format,
            output_files: files,
        } = reporting;
        let mut seen: Vec<PathBuf> = Vec::new();
        for OutputFile { path, .. } in files {
            let real = real(path);
            if seen.contains(&real) {
                return Err(problem(path, "two reports cannot go to one file"));
            }
            seen.push(real);
        }
        let main = files.iter().all(|file| file.format.is_some());
        let files = files.iter();
        let files = files.map(|file| (file.format.unwrap_or(*format), file.path.as_path()));
        Ok(Self {
            main: main.then_some(*format),
            files: files.collect(),
        })
    }

    /// Writes the files, and leaves what is for the standard streams in the outcome, with what could
    /// not be written. `render` gives the report in a format, as a terminal can show it.
    pub fn write(
        &self,
        terminal: &Terminal,
        render: impl Fn(ReportFormat, &Terminal) -> String,
        outcome: &mut Outcome,
    ) {
        if let Some(format) = self.main {
            outcome.output = render(format, terminal).into_bytes();
        }
        for (format, path) in &self.files {
            let text = render(*format, &Terminal::plain());
            // What has these names is open already, and may be a file that is longer than this report.
            match path.to_str() {
                Some("-" | "/dev/stdout") => outcome.output.extend(text.into_bytes()),
                Some("/dev/stderr") => outcome.remarks.push_str(&text),
                _ => {
                    if let Err(problem) = write(path, text.as_bytes()) {
                        outcome.problems.push(problem);
                    }
                }
            }
        }
    }
}

/// Writes a file whole, or leaves what was there. What is no file, a pipe or a device, takes the bytes
/// as they come.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let io_problem = |error: io::Error| Problem::io(shown(path), &error);
    // A link stays a link: it is what it leads to that is written.
    let real = real(path);
    // Of a pipe that has no name, the system follows the link, but nobody can name what it leads to.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(problem(path, "a folder, not a file")),
        Ok(metadata) if metadata.is_file() && !is_descriptor(path) => {
            if metadata.permissions().readonly() {
                return Err(problem(path, "the file is read-only"));
            }
            replace(&real, bytes, Some(metadata.permissions())).map_err(io_problem)
        }
        Ok(_) => append(path, bytes).map_err(io_problem),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !folder_of(&real).is_dir() {
                return Err(problem(path, "there is no such folder to write it to"));
            }
            replace(&real, bytes, None).map_err(io_problem)
        }
        Err(error) => Err(io_problem(error)),
    }
}

/// A file that is open under a number, as shells name it for `>(…)`.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/fd", "/proc"]
        .iter()
        .any(|root| path.starts_with(root))
}

/// Whoever reads on the other side may have seen enough.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    match file.write_all(bytes) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A new file beside the old one takes its place in one step.
fn replace(path: &Path, bytes: &[u8], mode: Option<fs::Permissions>) -> io::Result<()> {
    let mut builder = Builder::new();
    builder.prefix(".diegolint-");
    // A file of one's own would be for oneself alone; others are as the umask says.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        file.as_file().set_permissions(mode)?;
    }
    let _: File = file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A path without links, as far as it is there: two names of one file are the same.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    // A link to what is not there yet.
    if let Ok(target) = fs::read_link(path) {
        return folder_of(path).join(target);
    }
    match (folder_of(path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn problem(path: &Path, message: &str) -> Problem {
    Problem::of(shown(path), message)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
