//! What was learned, kept in a file between two starts: learning takes seconds, reading the file does not.
//!
//! The file is worth nothing but the time it saves. One that is broken, of other phrases, of another version or that
//! others may write is ignored, and a new one takes its place; where none can be written, nothing is lost but time.

use crate::memory;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use understanding::{Lessons, Matcher};

/// The file's name in its folder.
pub const FILE: &str = "understanding.bin";

/// Reads what was learned from these lessons in the folder's file, or learns it and leaves it there. `None` for no
/// folder: learns. `learns` is called before that takes its seconds.
pub fn matcher(lessons: &Lessons, folder: Option<&Path>, learns: &dyn Fn()) -> Matcher {
    let file = folder.map(|folder| folder.join(FILE));
    let kept = file.as_deref().and_then(|file| Matcher::from_bytes(lessons, &read(file)?));
    let matcher = kept.unwrap_or_else(|| {
        learns();
        let matcher = Matcher::new(lessons);
        if let Some(file) = &file
            && let Err(error) = write(file, &matcher.to_bytes(lessons))
        {
            tracing::debug!(file = %file.display(), %error, "what was learned is not kept");
        }
        matcher
    });
    memory::give_back();
    matcher
}

/// The bytes of a file that nobody else may write.
fn read(file: &Path) -> Option<Vec<u8>> {
    let about = fs::metadata(file).ok()?;
    let others_may_write = about.permissions().mode() & 0o022 != 0;
    if others_may_write { None } else { fs::read(file).ok() }
}

/// Writes the file as a whole or not at all: it is complete before it has its name.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = file.with_extension(format!("{}.part", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut part| {
            // A umask can take even the owner's rights.
            part.set_permissions(fs::Permissions::from_mode(0o600))?;
            part.write_all(bytes)
        })
        .and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        // What is left of it is of no use; if it cannot go either, there is nothing to do about it.
        let _ = fs::remove_file(&beside);
    }
    written
}
