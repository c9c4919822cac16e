//! The rules of the house (DESIGN 3 and 4.13), held against the source.

use crate::imports::{Sources, circles, code_of};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the roof to the ground: a room uses only rooms below it. The crates `understanding` and `sandbox` are rooms as well.
const FLOORS: &[&str] = &[
    "cli",
    "launch",
    "config",
    "supervisor",
    "run",
    "door",
    "push",
    "metrics",
    "telegram",
    "lessons",
    "inbox",
    "outbox",
    "members",
    "carrier_requests",
    "timers",
    "retention",
    "leases",
    "store",
    "carrier",
    "rehearsal",
    "desk",
    "figures",
    "conversation",
    "phrases",
    "kept",
    "understanding",
    "lists",
    "privacy",
    "parcel",
    "meters",
    "clock",
    "memory",
];

/// The files of `conversation/` from the ground to the roof: a file uses only files of its own floor or below it. What
/// ends in a slash is a folder as a whole.
const CONVERSATION: &[&[&str]] = &[
    &["commands", "ids", "policy", "standing", "styled", "topic", "wordings"],
    &["promise", "put", "task", "rules"],
    &["event"],
    &["snapshot", "button"],
    &["effect", "outcome", "state"],
    &["context"],
    &["turn"],
    &["next", "heard"],
    &["deadline", "incident", "queue", "pieces", "which"],
    &["relay", "said", "carrier_retry", "ledger"],
    &["steps"],
    &["matters/"],
    &["story", "told", "news"],
    &["follow_up"],
    &["flows/"],
    &["ticket"],
    &["canned", "done", "rating", "recall", "original", "desks", "stance", "known", "waiting"],
    &["note", "rights", "transfer"],
    &["ban"],
    &["human"],
    &["answer"],
    &["forwarded", "request"],
    &["customer", "press", "start", "agent"],
    &["texts"],
    &["step"],
    &["mod"],
];

/// Words that the sandbox must not say: it stands in for Telegram, whatever the bot is about.
const UNKNOWN_TO_SANDBOX: &[&str] = &["parcel", "carrier", "ticket", "otklik::"];

/// Words that only some rooms may say.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["sqlx"], &["store"]),
    (&["teloxide"], &["telegram"]),
    (&["env::var", "std::env"], &["config"]),
    (&["Utc::now", "Local::now", "Instant::now", "SystemTime::now"], &["clock"]),
    (&["unsafe {", "unsafe fn"], &["memory"]),
];

/// Rooms that only decide: no input, no output, no waiting, no chance.
const PURE: &[&str] =
    &["understanding", "rehearsal", "conversation", "phrases", "desk", "figures", "privacy", "parcel"];
const IMPURE: &[&str] = &["tokio", "std::fs", "std::net", "std::io", "async fn", "tracing", "println!", "rand"];
/// The one file of a pure room that reads the world, as DESIGN 3 says.
const LOADER: &str = "phrases/load.rs";

/// A source file: its room, its path below `src` (a crate's file: below its name), its text, and its code without
/// comments and literals.
struct File {
    room: String,
    path: String,
    text: String,
    code: String,
}

/// The sources of the product, and of the crate that is one of its pure rooms.
fn files() -> Vec<File> {
    let mut found = files_in("src", "");
    assert!(found.len() > 30, "the sources were found");
    found.extend(files_in("crates/understanding/src", "understanding/"));
    found
}

/// The sources below a folder of the repository; their paths begin with `above`.
fn files_in(folder: &str, above: &str) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), above.to_owned())];
    while let Some((folder, above)) = folders.pop() {
        for path in inside(&folder) {
            let place = above.clone() + &path.file_name().expect("an entry has a name").to_string_lossy();
            if path.is_dir() {
                folders.push((path, place + "/"));
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                let code = code_of(&text);
                found.push(File { room: room_of(&place).to_owned(), path: place, text, code });
            }
        }
    }
    found
}

/// What lies in a folder.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// The crates beside the product, each with its sources.
fn crates() -> Vec<(String, Vec<File>)> {
    let members = inside(&Path::new(env!("CARGO_MANIFEST_DIR")).join("crates"));
    let names = members.iter().map(|path| path.file_name().expect("a crate has a name").to_string_lossy().into_owned());
    let crates: Vec<_> = names.map(|name| (name.clone(), files_in(&format!("crates/{name}/src"), ""))).collect();
    assert!(crates.len() > 1 && crates.iter().all(|(_, files)| files.len() > 2), "the crates were found");
    crates
}

fn sources() -> Sources {
    sources_of(&files())
}

fn sources_of(files: &[File]) -> Sources {
    Sources::read(files.iter().map(|file| (file.path.as_str(), file.text.as_str())))
}

/// The room a file is in, by its path below `src`.
fn room_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or_default()
}

/// Fails if there are problems, and tells all of them.
fn nothing_but(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn no_room_uses_a_room_above_it() {
    let floor = |room: &str| FLOORS.iter().position(|known| *known == room);
    let mut problems = Vec::new();
    for (file, named) in sources().named() {
        let room = room_of(file);
        if ["main", "lib"].contains(&room) {
            continue;
        }
        let Some(own) = floor(room) else {
            problems.push(format!("{file} is in no room of DESIGN 3"));
            continue;
        };
        let above = named.into_iter().filter(|other| floor(room_of(other)).is_some_and(|other| other < own));
        problems.extend(above.map(|other| format!("{file} uses {other}, of a room above it")));
    }
    nothing_but(&problems);
}

#[test]
fn no_room_has_a_circle_of_files() {
    let sources = sources();
    let mut rooms: BTreeMap<&str, BTreeMap<_, _>> = BTreeMap::new();
    for (file, named) in sources.named() {
        let room = room_of(file);
        let inside = named.into_iter().filter(|other| room_of(other) == room).collect();
        rooms.entry(room).or_default().insert(file, inside);
    }
    nothing_but(&rooms.values().flat_map(circles).collect::<Vec<_>>());
}

#[test]
fn no_crate_has_a_circle_of_files() {
    for (name, files) in crates() {
        let found = circles(&sources_of(&files).named());
        assert!(found.is_empty(), "crates/{name}:\n{}", found.join("\n"));
    }
}

#[test]
fn the_sandbox_knows_telegram_only() {
    for file in files_in("crates/sandbox/src", "") {
        for word in UNKNOWN_TO_SANDBOX {
            assert!(!file.code.to_lowercase().contains(word), "{} of the sandbox names {word}", file.path);
        }
    }
}

#[test]
fn the_time_is_read_in_one_place_of_each_crate() {
    let words: Vec<&str> =
        RESERVED.iter().filter(|(_, rooms)| *rooms == ["clock"]).flat_map(|(words, _)| *words).copied().collect();
    for (name, files) in crates() {
        for file in files.iter().filter(|file| file.room != "clock") {
            let said = words.iter().find(|word| file.code.contains(**word));
            assert!(said.is_none(), "crates/{name}: {} names {said:?}", file.path);
        }
    }
}

#[test]
fn conversation_has_floors() {
    fn name(path: &str) -> Option<&str> {
        path.strip_prefix("conversation/")?.strip_suffix(".rs")
    }
    let is = |known: &str, file: &str| known == file || (known.ends_with('/') && file.starts_with(known));
    let floor = |file: &str| CONVERSATION.iter().position(|floor| floor.iter().any(|known| is(known, file)));
    let sources = sources();
    let named = sources.named();
    let files: Vec<&str> = named.keys().copied().filter_map(name).collect();
    let known = CONVERSATION.iter().copied().flatten();
    let gone = known.filter(|known| !files.iter().any(|file| is(known, file)));
    let mut problems: Vec<String> =
        gone.map(|gone| format!("conversation/{gone} has a floor and is not there")).collect();
    for (file, named) in &named {
        let Some(file) = name(file) else { continue };
        let Some(own) = floor(file) else {
            problems.push(format!("conversation/{file}.rs is on no floor"));
            continue;
        };
        let above =
            named.iter().copied().filter_map(name).filter(|other| floor(other).is_some_and(|other| other > own));
        problems.extend(above.map(|other| format!("conversation/{file}.rs uses {other}.rs, of a floor above it")));
    }
    nothing_but(&problems);
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

/// A promise that no test keeps is none: each line of the table of threats names tests, and they are there.
#[test]
fn every_threat_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let security = fs::read_to_string(root.join("SECURITY.md")).expect("the page");
    let mut all = files_in("src", "");
    all.extend(files_in("tests/it", "it/"));
    for (name, _) in crates() {
        all.extend(files_in(&format!("crates/{name}/src"), &format!("{name}/")));
    }
    let is_there = |test: &str| {
        let (room, name) = test.rsplit_once("::").unwrap_or(("", test));
        let room = room.split("::").find(|part| *part != "tests").unwrap_or_default();
        let of_room =
            |file: &&File| file.path.contains(&format!("{room}.rs")) || file.path.contains(&format!("{room}/"));
        all.iter().filter(of_room).any(|file| file.text.contains(&format!("fn {name}(")))
    };
    let rows = security.lines().filter(|line| line.starts_with('|')).skip(2);
    let mut problems = Vec::new();
    for row in rows {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let mut named = tests.split('`').skip(1).step_by(2).peekable();
        if named.peek().is_none() {
            problems.push(format!("no test is named: {row}"));
        }
        problems.extend(named.filter(|test| !is_there(test)).map(|test| format!("{test} is not there")));
    }
    nothing_but(&problems);
}

/// One place may be unsafe, in the product, with its reason beside it; the crates around it promise that they are not.
#[test]
fn only_one_place_is_unsafe_and_what_we_build_on_is_looked_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a file of the repository");
    assert!(read("Cargo.toml").contains("unsafe_code = \"deny\""));
    let allows = files_in("src", "").into_iter().filter(|file| file.code.contains("unsafe_code")).map(|file| file.path);
    assert_eq!(allows.collect::<Vec<_>>(), ["memory.rs"]);
    for (name, files) in crates() {
        let forbids = files.iter().any(|file| file.text.contains("#![forbid(unsafe_code)]"));
        assert!(forbids, "crates/{name} does not forbid unsafe code");
    }
    let (ci, deny) = (read(".ci/run"), read("deny.toml"));
    assert!(ci.contains("cargo deny --locked check bans licenses sources") && ci.contains("NOT looked at"));
    assert!(
        ci.contains("--nocapture privacy::what_is_personal_is_hidden_and_the_rest_is_kept"),
        "no figures of the masks"
    );
    for section in ["[licenses]", "[bans]", "[sources]", "[advisories]"] {
        assert!(deny.contains(section), "deny.toml says nothing of {section}");
    }
}

/// Names that a field with a secret has.
const SECRET: &[&str] = &["token", "secret", "password", "authorization", "server", "database"];
/// What shows itself to whoever prints what it is in.
const SHOWN: &[&str] = &["String", "str", "HeaderValue", "Vec<u8>", "[u8"];

/// The fields of structs that by their name hold a secret, and by their type would show it.
fn shown_secrets(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("struct ") {
        let rest = &code[at..];
        let Some(open) = rest.find(['{', ';', '(']).filter(|open| rest[*open..].starts_with('{')) else { continue };
        let fields = rest[open..].split("\n}").next().unwrap_or_default();
        for line in fields.lines().filter_map(|line| line.trim().split_once(": ")) {
            let (name, kind) = (line.0.rsplit(' ').next().unwrap_or_default(), line.1);
            let secret = SECRET.iter().any(|word| name == *word || name.ends_with(&format!("_{word}")));
            let kind = kind.replace("SecretString", "");
            if secret && SHOWN.iter().any(|shown| kind.contains(shown)) {
                found.push(format!("{name}: {}", line.1));
            }
        }
    }
    found
}

/// A secret is a `SecretString` wherever it is kept: what is printed by a slip does not show it.
#[test]
fn no_secret_is_kept_as_a_plain_text() {
    let wrong = "struct A {\n    pub(super) token: Option<String>,\n    push_secret: Arc<str>,\n    tokens: String,\n}\n\
                 struct B {\n    token: SecretString,\n}\nfn f(token: &str) {}\n";
    assert_eq!(shown_secrets(wrong), ["token: Option<String>,", "push_secret: Arc<str>,"]);
    let shown = |file: &File| {
        let found = shown_secrets(&file.code).into_iter();
        found.map(|field| format!("{} keeps {field}", file.path)).collect::<Vec<_>>()
    };
    nothing_but(&files().iter().flat_map(shown).collect::<Vec<_>>());
}

/// So no statement escapes the test that prepares each: `store/statements.rs` tells how the rest follows. What exercises
/// a database asks it nothing in earnest.
#[test]
fn only_a_listed_statement_becomes_a_query() {
    let makes = |file: &&File| ["sqlx::query", "sqlx::raw_sql"].iter().any(|word| file.code.contains(word));
    let files = files();
    let made: Vec<&str> = files.iter().filter(makes).map(|file| file.path.as_str()).collect();
    let others = made.into_iter().filter(|path| !["store/statements.rs", "store/exercise.rs"].contains(path));
    nothing_but(&others.map(|path| format!("{path} makes a query of its own")).collect::<Vec<_>>());
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
