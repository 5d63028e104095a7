//! Writing files so that none is ever half written, and none is overwritten that has changed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It is another file than the one that was read.
    #[error("it has changed since it was read")]
    Changed,
    /// It cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Replaces a file's bytes, if they are still these. A link is followed; permissions stay.
///
/// # Errors
/// When the file has changed, or cannot be written: then it is as it was.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let real = path.canonicalize()?;
    let permissions = fs::metadata(&real)?.permissions();
    let (temporary, mut file) = beside(&real)?;
    let written = (|| {
        file.write_all(new)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        drop(file);
        if fs::read(&real)? != old {
            return Err(WriteError::Changed);
        }
        Ok(fs::rename(&temporary, &real)?)
    })();
    if written.is_err() {
        // Nothing more can be done about a temporary file that stays.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Writes a file as a whole: until all of it is written, what is there stays. A link is followed,
/// permissions stay. What is no regular file, such as a pipe, is written to as it is.
///
/// # Errors
/// When it cannot be written, or the work fails: then it is as it was.
pub(crate) fn write_whole(
    path: &Path,
    work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let known = match fs::metadata(path) {
        Ok(data) if !data.is_file() && !data.is_dir() => {
            return work(&mut OpenOptions::new().write(true).open(path)?);
        }
        Ok(data) => Some(data.permissions()),
        Err(_) => None,
    };
    let real = match &known {
        Some(_) => path.canonicalize()?,
        None => path.to_path_buf(),
    };
    let (temporary, mut file) = beside(&real)?;
    let written = (|| {
        work(&mut file)?;
        if let Some(permissions) = known {
            file.set_permissions(permissions)?;
        }
        drop(file);
        fs::rename(&temporary, &real)
    })();
    if written.is_err() {
        // Nothing more can be done about a temporary file that stays.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// A new file in the same folder, so that it can be renamed.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    const TRIES: u32 = 100;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for n in 0..TRIES {
        let own = format!(".{name}.{}-{n}.connect-lint", std::process::id());
        let temporary = path.with_file_name(own);
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
        {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_that_has_changed_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one").unwrap();
        let changed = replace(&path, b"other", b"two");
        assert!(matches!(changed, Err(WriteError::Changed)));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, b"one", b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, b"one", b"two").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
