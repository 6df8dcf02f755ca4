//! What Unix knows of a file, and other systems do not.

use std::fs::{File, Metadata};
use std::io;

/// How many names a file has.
#[cfg(unix)]
pub(super) fn names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

/// How many names a file has: as far as can be seen, one.
#[cfg(not(unix))]
pub(super) fn names(_: &Metadata) -> u64 {
    1
}

/// Gives a file the owner and group of another, unless it has them.
#[cfg(unix)]
pub(super) fn copy(like: &Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    if now.uid() == like.uid() && now.gid() == like.gid() {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

/// Gives a file the owner of another: there is nothing to do.
#[cfg(not(unix))]
pub(super) fn copy(_: &Metadata, _: &File) -> io::Result<()> {
    Ok(())
}
