//! The history of a world on disk: one line of JSON for each group of changes, only ever appended.
//!
//! A line is handed to the system before its changes can be seen by anybody, so a process killed at
//! any moment finds the same world again. There is no fsync: the demo has to survive the death of
//! its process, not a power cut.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::world::{Change, World};

/// An open journal, or none where the world is to be forgotten.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Option<File>,
}

impl Journal {
    /// A world that is not kept.
    pub fn none() -> Journal {
        Journal { file: None }
    }

    /// Opens a journal, made anew if there is none, and lives its history through.
    pub fn open(path: &Path) -> io::Result<(Journal, World)> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        // A umask can take even the owner's rights.
        file.set_permissions(Permissions::from_mode(0o600))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut world = World::new();
        let whole = replay(&bytes, &mut world).map_err(|(line, error)| {
            let message = format!("{}, строка {line}: {error}", path.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        })?;
        if whole < bytes.len() {
            tracing::warn!(path = %path.display(), "the journal's last line is torn: dropped");
            file.set_len(whole as u64)?;
        }
        Ok((Journal { file: Some(file) }, world))
    }

    /// Writes a group of changes in one piece.
    pub fn append(&mut self, changes: &[Change]) {
        let Some(file) = &mut self.file else { return };
        let written = serde_json::to_vec(changes).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            file.write_all(&line)
        });
        if let Err(error) = written {
            // A line written by half would make all later ones unreadable. The show goes on in memory.
            tracing::error!(%error, "the sandbox's journal cannot be written: what follows is not kept");
            self.file = None;
        }
    }
}

/// Applies all whole lines; gives how many bytes they take. A last line without an end was being
/// written when the process died and was never seen by anybody. Bytes, not text: the tear may go
/// through the middle of a letter.
fn replay(bytes: &[u8], world: &mut World) -> Result<usize, (usize, serde_json::Error)> {
    let mut whole = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if !line.ends_with(b"\n") {
            break;
        }
        let changes: Vec<Change> = serde_json::from_slice(line).map_err(|error| (number + 1, error))?;
        for change in changes {
            world.apply(change);
        }
        whole += line.len();
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn lines() -> String {
        let first = vec![Change::Born { first_update: 7 }];
        let second = vec![Change::Message(Message::text(501, 1, 501, 0, "где посылка"))];
        format!(
            "{}\n{}\n",
            serde_json::to_string(&first).expect("plain data"),
            serde_json::to_string(&second).expect("plain data")
        )
    }

    /// It holds what customers wrote.
    #[test]
    fn a_journal_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("sandbox-journal-{}", std::process::id()));
        let (journal, _) = Journal::open(&path).expect("a new file");
        let mode = journal.file.as_ref().and_then(|file| file.metadata().ok()).map(|meta| meta.permissions().mode());
        let _ = std::fs::remove_file(&path);
        assert_eq!(mode.map(|mode| mode & 0o777), Some(0o600));
    }

    #[test]
    fn a_torn_last_line_is_left_out() {
        let text = lines();
        let mut world = World::new();
        let mut torn = text.clone().into_bytes();
        torn.extend_from_slice(b"[{\"message\":{\"chat\":\"\xd0");
        assert_eq!(replay(&torn, &mut world).expect("whole lines are good"), text.len());
        assert_eq!(world.next_update(), 7);
        assert_eq!(world.chat(501).count(), 1);
    }

    #[test]
    fn a_spoilt_line_in_the_middle_is_told_by_its_number() {
        let text = format!("{}не json\n", lines());
        let (line, _) = replay(text.as_bytes(), &mut World::new()).expect_err("the third line is no JSON");
        assert_eq!(line, 3);
    }
}
