//! Why nothing was written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why files could not be written. Unless [`WriteError::Half`] says otherwise, every file is as
/// it was.
#[derive(Debug)]
pub enum WriteError {
    /// The file, or what a symbolic link leads to, lies outside of the context.
    Outside(PathBuf),
    /// It is no regular file.
    NotAFile(PathBuf),
    /// It has further names, which would go on meaning the old bytes.
    HardLinked(PathBuf),
    /// Nobody may write it.
    ReadOnly(PathBuf),
    /// It is another account's or another group's, which a new version of it would not be.
    Foreign(PathBuf),
    /// Two changes for one file, that do not agree.
    Twice(PathBuf),
    /// It is not what was read any more.
    ChangedMeanwhile(PathBuf),
    /// The folder for a copy holds something already.
    NotEmpty(PathBuf),
    /// The folder for a copy lies in the context that is copied.
    WithinContext(PathBuf),
    /// Whoever wanted a copy does not want it any more.
    Stopped,
    /// The system refused.
    Io {
        /// What was to be done, as in "cannot … PATH".
        action: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could be neither replaced nor the ones before it brought back.
    Half {
        /// What went wrong first.
        cause: Box<WriteError>,
        /// The files that have their new bytes, each with the place of its old ones.
        left: Vec<(PathBuf, PathBuf)>,
    },
}

impl WriteError {
    /// For `map_err`: what the system refused to do to a path.
    pub(in crate::fix) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

impl WriteError {
    /// For `map_err`: the system refused to give the new version of a file to the owner of the old.
    pub(super) fn owner(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::PermissionDenied => Self::Foreign(path),
            _ => Self::io("keep the owner of", &path)(source),
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(path) => write!(f, "{} lies outside of the context", path.display()),
            Self::Stopped => f.write_str("it was stopped"),
            Self::NotAFile(path) => write!(f, "{} is not a regular file", path.display()),
            Self::HardLinked(path) => write!(
                f,
                "{} has more than one name (hard links); the others would keep the old text",
                path.display()
            ),
            Self::ReadOnly(path) => write!(f, "{} is read-only", path.display()),
            Self::Foreign(path) => write!(
                f,
                "{} belongs to an account or a group that its new version could not be given to; \
                 fix it as its owner or as root, or a copy with --output",
                path.display()
            ),
            Self::Twice(path) => write!(
                f,
                "{} is named twice, with different changes",
                path.display()
            ),
            Self::ChangedMeanwhile(path) => write!(
                f,
                "{} was changed by somebody else meanwhile",
                path.display()
            ),
            Self::NotEmpty(path) => write!(f, "{} exists and is not empty", path.display()),
            Self::WithinContext(path) => write!(
                f,
                "{} lies in the context that would be copied into it",
                path.display()
            ),
            Self::Io {
                action,
                path,
                source,
            } => write!(f, "cannot {action} {}: {source}", path.display()),
            Self::Half { cause, left } => {
                write!(f, "{cause}; these files could not be brought back:")?;
                for (path, backup) in left {
                    write!(
                        f,
                        " {} (its old text is in {})",
                        path.display(),
                        backup.display()
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Half { cause, .. } => Some(cause.as_ref()),
            _ => None,
        }
    }
}
