//! The rules of the house (DESIGN 3 and 4.10), held against the source.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the roof to the ground: a room uses only rooms below it.
const FLOORS: &[&str] = &[
    "cli",
    "config",
    "run",
    "door",
    "push",
    "telegram",
    "lessons",
    "inbox",
    "outbox",
    "questions",
    "timers",
    "retention",
    "leases",
    "sandbox",
    "store",
    "carrier",
    "desk",
    "conversation",
    "phrases",
    "understanding",
    "privacy",
    "parcel",
    "clock",
    "memory",
];

/// Words that only some rooms may say.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["sqlx"], &["store"]),
    (&["teloxide"], &["telegram"]),
    (&["env::var", "std::env"], &["config"]),
    (&["Utc::now", "Local::now", "Instant::now", "SystemTime::now"], &["clock"]),
    (&["unsafe"], &["memory"]),
];

/// Rooms that only decide: no input, no output, no waiting, no chance.
const PURE: &[&str] = &["understanding", "conversation", "phrases", "desk", "privacy", "parcel"];
const IMPURE: &[&str] = &["tokio", "std::fs", "std::net", "std::io", "async fn", "tracing", "println!", "rand"];
/// The one file of a pure room that reads the world, as DESIGN 3 says.
const LOADER: &str = "phrases/load.rs";

/// A source file: its room, its path below `src`, its code without comments.
struct File {
    room: String,
    path: String,
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let below = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                let room = below.split(['/', '.']).next().unwrap_or_default().to_owned();
                let text = fs::read_to_string(&path).expect("a source");
                let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>();
                found.push(File { room, path: below, code: code.join("\n") });
            }
        }
    }
    assert!(found.len() > 30, "the sources were found");
    found
}

#[test]
fn no_room_uses_a_room_above_it() {
    let floor = |room: &str| FLOORS.iter().position(|known| *known == room);
    for file in files().iter().filter(|file| !["main", "lib"].contains(&file.room.as_str())) {
        let own = floor(&file.room).unwrap_or_else(|| panic!("{} is in no room of DESIGN 3", file.path));
        for (at, _) in file.code.match_indices("crate::") {
            let used: String = file.code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if let Some(other) = floor(&used) {
                assert!(other >= own, "{} uses {used}, a room above it", file.path);
            }
        }
    }
}

#[test]
fn each_thing_is_named_in_its_room_only() {
    for file in files() {
        for (words, rooms) in RESERVED {
            for word in *words {
                let said = file.code.contains(word);
                assert!(!said || rooms.contains(&file.room.as_str()), "{} names {word}", file.path);
            }
        }
    }
}

#[test]
fn the_pure_rooms_are_pure() {
    for file in files().iter().filter(|file| PURE.contains(&file.room.as_str()) && file.path != LOADER) {
        for word in IMPURE {
            let said = file.code.match_indices(word).any(|(at, _)| {
                let before = file.code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            });
            assert!(!said, "{} says {word}", file.path);
        }
    }
}
