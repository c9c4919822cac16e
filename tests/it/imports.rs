//! What a source file names of other files, read from its text: a small reader of Rust's paths for the rules of the
//! house.
//!
//! It knows `use` with groups, aliases and globs, paths inside code, modules written inside a file, comments and
//! literals, and it leaves out what only tests have. A file that declares another with `mod` names it, so that the
//! `mod.rs` of a folder stands above all of its files. It takes one name to mean one thing in the whole of a file, and
//! does not look into what macros make.
//!
//! A crate of the workspace stands among the files as a folder with a `lib.rs`, and is named as the product's own rooms
//! are; inside it, `crate` means that folder.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

/// A path from the crate's root, by segments.
pub type Path = Vec<String>;

/// The files of a crate, by their place below `src`, with what each is made of.
pub struct Sources {
    modules: BTreeMap<Path, String>,
    files: BTreeMap<String, Vec<Token>>,
}

impl Sources {
    /// Reads files, each its place below `src` and its text. Files of tests are left out.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Sources {
        let mut modules = BTreeMap::new();
        let mut tokens = BTreeMap::new();
        let mut of_tests = BTreeSet::new();
        for (place, text) in files {
            let (code, left_out) = without_tests(tokenize(&code_of(text)));
            let module = module_of(place);
            of_tests.extend(left_out.into_iter().map(|name| [&module[..], &[name]].concat()));
            modules.insert(module, place.to_owned());
            tokens.insert(place.to_owned(), code);
        }
        for module in of_tests {
            if let Some(place) = modules.remove(&module) {
                tokens.remove(&place);
            }
        }
        Sources { modules, files: tokens }
    }

    /// The files that each file names, itself left out.
    pub fn named(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let named = |place: &str, tokens: &[Token]| {
            let paths = paths(&module_of(place), tokens, &self.modules);
            let files = paths.iter().filter_map(|path| self.file_of(path));
            files.filter(|file| *file != place).collect()
        };
        self.files.iter().map(|(place, tokens)| (place.as_str(), named(place, tokens))).collect()
    }

    /// The file that a path leads to: the innermost module on its way.
    fn file_of(&self, path: &Path) -> Option<&str> {
        (1..=path.len()).rev().find_map(|length| self.modules.get(&path[..length])).map(String::as_str)
    }
}

/// The shortest circles of files that name each other, one for each knot, as `a.rs → b.rs → a.rs`.
pub fn circles(named: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let way = |from: &str, to: &str| -> Option<Vec<String>> {
        let mut ways = vec![vec![from.to_owned()]];
        let mut seen = BTreeSet::new();
        while !ways.is_empty() {
            let mut further = Vec::new();
            for way in ways {
                for next in named.get(way[way.len() - 1].as_str()).into_iter().flatten() {
                    let way = [&way[..], &[(*next).to_owned()]].concat();
                    if *next == to {
                        return Some(way);
                    }
                    if seen.insert(*next) {
                        further.push(way);
                    }
                }
            }
            ways = further;
        }
        None
    };
    let mut found = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for file in named.keys() {
        if told.contains(file) || way(file, file).is_none() {
            continue;
        }
        let knot: BTreeSet<&str> = named
            .keys()
            .copied()
            .filter(|other| other == file || (way(file, other).is_some() && way(other, file).is_some()))
            .collect();
        let shortest = knot.iter().filter_map(|one| way(one, one)).min_by_key(Vec::len);
        let shortest = shortest.expect("a knot has a circle").join(" → ");
        found.push(match knot.len() {
            2 => shortest,
            many => format!("{shortest} (one circle of a knot of {many} files)"),
        });
        told.extend(knot);
    }
    found
}

/// The module that a file is: `a/mod.rs` and `a.rs` are both `a`, and so is `a/lib.rs` of a crate.
fn module_of(place: &str) -> Path {
    let place = place.strip_suffix(".rs").unwrap_or(place);
    let place = place.strip_suffix("/mod").or_else(|| place.strip_suffix("/lib")).unwrap_or(place);
    match place {
        "lib" | "main" => Vec::new(),
        place => place.split('/').map(str::to_owned).collect(),
    }
}

/// A source without its comments, and with its literals emptied.
pub fn code_of(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    let starts = |at: usize, with: &str| with.chars().enumerate().all(|(i, c)| letters.get(at + i) == Some(&c));
    let part_of_name = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_');
    while at < letters.len() {
        let begins = at == 0 || !part_of_name(at - 1);
        let raw = if !begins {
            None
        } else if letters[at] == 'r' {
            Some(at + 1)
        } else if starts(at, "br") || starts(at, "cr") {
            Some(at + 2)
        } else {
            None
        };
        let hashes = raw.map(|from| letters[from..].iter().take_while(|c| **c == '#').count());
        let raw = raw.zip(hashes).filter(|(from, hashes)| letters.get(from + hashes) == Some(&'"'));
        if starts(at, "//") {
            at += letters[at..].iter().take_while(|c| **c != '\n').count();
        } else if starts(at, "/*") {
            let mut depth = 0;
            while at < letters.len() {
                if starts(at, "/*") {
                    (depth, at) = (depth + 1, at + 2);
                } else if starts(at, "*/") {
                    (depth, at) = (depth - 1, at + 2);
                } else {
                    at += 1;
                }
                if depth == 0 {
                    break;
                }
            }
            code.push(' ');
        } else if let Some((from, hashes)) = raw {
            let end = format!("\"{}", "#".repeat(hashes));
            at = from + hashes + 1;
            while at < letters.len() && !starts(at, &end) {
                at += 1;
            }
            at += end.len();
            code.push_str("\"\"");
        } else if letters[at] == '"' {
            at += 1;
            while at < letters.len() && letters[at] != '"' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            code.push_str("\"\"");
        } else if letters[at] == '\'' && (letters.get(at + 1) == Some(&'\\') || letters.get(at + 2) == Some(&'\'')) {
            // Otherwise it is a lifetime.
            at += if letters[at + 1] == '\\' { 3 } else { 2 };
            at += letters[at.min(letters.len())..].iter().take_while(|c| **c != '\'').count() + 1;
            code.push_str("' '");
        } else {
            code.push(letters[at]);
            at += 1;
        }
    }
    code
}

/// What code is made of, as far as paths are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    /// `::`
    Into,
    Sign(char),
}

fn tokenize(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || letter == '_' {
            let mut name = letter.to_string();
            while let Some(more) = letters.next_if(|c| c.is_alphanumeric() || *c == '_') {
                name.push(more);
            }
            tokens.push(Token::Name(name));
        } else if letter == ':' && letters.next_if_eq(&':').is_some() {
            tokens.push(Token::Into);
        } else if !letter.is_whitespace() {
            tokens.push(Token::Sign(letter));
        }
    }
    tokens
}

/// Leaves out every item below `#[cfg(test)]`; gives the names of the files that are such items as well.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    let mark = tokenize("#[cfg(test)]");
    let (mut code, mut files) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].starts_with(&mark) {
            code.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += mark.len();
        let end = end_of_item(&tokens, at);
        if let [Token::Name(key), Token::Name(name), Token::Sign(';')] = &tokens[at..end]
            && key == "mod"
        {
            files.push(name.clone());
        }
        at = end;
    }
    (code, files)
}

/// Where an item ends: behind its block, or behind its semicolon.
fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let is_use = tokens[from..].starts_with(&[Token::Name("use".into())]);
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Sign('{' | '(' | '[') => depth += 1,
            Token::Sign(closing @ ('}' | ')' | ']')) => {
                depth -= 1;
                if depth == 0 && *closing == '}' && !is_use {
                    return at + 1;
                }
            }
            Token::Sign(';') if depth == 0 => return at + 1,
            Token::Name(_) | Token::Into | Token::Sign(_) => {}
        }
    }
    tokens.len()
}

/// All that code names inside its crate, from the crate's root.
fn paths(module: &[String], tokens: &[Token], modules: &BTreeMap<Path, String>) -> BTreeSet<Path> {
    let mut used = Vec::new();
    let mut said = Vec::new();
    // The modules written inside the file, and the other blocks between them.
    let mut blocks: Vec<Option<String>> = Vec::new();
    let here = |blocks: &[Option<String>]| [module, &blocks.iter().flatten().cloned().collect::<Vec<_>>()].concat();
    let mut rest = tokens.iter().peekable();
    let mut before: Option<&Token> = None;
    while let Some(token) = rest.next() {
        match token {
            Token::Name(key) if key == "use" => {
                let here = here(&blocks);
                let mut found = Vec::new();
                use_tree(&mut rest, &[], &mut found);
                used.extend(found.into_iter().map(|one| (here.clone(), one)));
            }
            Token::Name(key) if key == "mod" => {
                if let Some(Token::Name(name)) = rest.next() {
                    match rest.next_if(|next| **next == Token::Sign('{')) {
                        Some(_) => blocks.push(Some(name.clone())),
                        // A file that is declared belongs to the one that declares it, which may show what is in it.
                        None => said.push((here(&blocks), vec!["self".to_owned(), name.clone()])),
                    }
                }
            }
            // `pub(in crate::room)` says who may look, not what is looked at.
            Token::Name(key) if key == "pub" && rest.peek() == Some(&&Token::Sign('(')) => {
                rest.find(|next| **next == Token::Sign(')'));
            }
            Token::Name(name) if before != Some(&Token::Into) => {
                let mut path = vec![name.clone()];
                while rest.next_if(|next| **next == Token::Into).is_some() {
                    match rest.next_if(|next| matches!(next, Token::Name(_))) {
                        Some(Token::Name(name)) => path.push(name.clone()),
                        Some(Token::Into | Token::Sign(_)) | None => break,
                    }
                }
                if path.len() > 1 {
                    said.push((here(&blocks), path));
                }
            }
            Token::Sign('{') => blocks.push(None),
            Token::Sign('}') => {
                blocks.pop();
            }
            Token::Name(_) | Token::Into | Token::Sign(_) => {}
        }
        before = Some(token);
    }
    let mut names = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (here, Used { path, name }) in used {
        if let Some(path) = resolve(&here, &path, modules, &names) {
            names.insert(name, path.clone());
            found.insert(path);
        }
    }
    found.extend(said.iter().filter_map(|(here, path)| resolve(here, path, modules, &names)));
    found
}

/// A path as `use` brings it in, and by what name.
#[derive(Debug, PartialEq, Eq)]
struct Used {
    path: Path,
    name: String,
}

/// Reads one branch of a `use`, up to the comma, bracket or semicolon behind it.
fn use_tree<'t>(rest: &mut Peekable<impl Iterator<Item = &'t Token>>, above: &[String], found: &mut Vec<Used>) {
    let mut path = above.to_vec();
    loop {
        match rest.next() {
            Some(Token::Name(key)) if key == "as" => {
                if let Some(Token::Name(name)) = rest.next() {
                    found.push(Used { path, name: name.clone() });
                }
                return;
            }
            // In a group, `self` is the path above it.
            Some(Token::Name(key)) if key == "self" && !path.is_empty() => {}
            Some(Token::Name(name)) => path.push(name.clone()),
            Some(Token::Sign('{')) => {
                while rest.next_if(|next| **next == Token::Sign('}')).is_none() && rest.peek().is_some() {
                    use_tree(rest, &path, found);
                    rest.next_if(|next| **next == Token::Sign(','));
                }
                return;
            }
            Some(Token::Into) => {}
            Some(Token::Sign('*')) => {
                found.push(Used { path, name: "*".into() });
                return;
            }
            Some(Token::Sign(_)) | None => return,
        }
        if matches!(rest.peek(), None | Some(Token::Sign(',' | '}' | ';'))) {
            let name = path.last().cloned().unwrap_or_default();
            found.push(Used { path, name });
            return;
        }
    }
}

/// A path from the crate's root; none if it leads out of the crate, or if it is no path of modules at all.
fn resolve(
    here: &[String],
    path: &[String],
    modules: &BTreeMap<Path, String>,
    names: &BTreeMap<String, Path>,
) -> Option<Path> {
    let mut start = here.to_vec();
    let mut rest = path;
    let is_crate = |name: &String| modules.get([name.clone()].as_slice()).is_some_and(|file| file.ends_with("/lib.rs"));
    match rest.split_first() {
        Some((first, more)) if first == "crate" => {
            (start, rest) = (here.first().filter(|room| is_crate(room)).cloned().into_iter().collect(), more);
        }
        Some((first, more)) if first == "self" => rest = more,
        Some((first, _)) if first == "super" => {}
        Some((first, more)) => {
            let child = [here, std::slice::from_ref(first)].concat();
            (start, rest) = match names.get(first) {
                _ if modules.contains_key(&child) => (child, more),
                Some(known) => (known.clone(), more),
                None if is_crate(first) => (vec![first.clone()], more),
                None => return None,
            };
        }
        None => return None,
    }
    while let Some((first, more)) = rest.split_first()
        && first == "super"
    {
        start.pop()?;
        rest = more;
    }
    Some([&start[..], rest].concat())
}

mod checks {
    use super::*;

    /// What `src/room/own.rs` names, if it reads like this. There are the rooms `room` (with `other`, `third` and a
    /// folder `deep` of `below`) and `cellar`.
    fn named(own: &str) -> Vec<String> {
        let files = [
            ("lib.rs", ""),
            ("cellar.rs", ""),
            ("room/mod.rs", ""),
            ("room/other.rs", ""),
            ("room/third.rs", ""),
            ("room/deep/mod.rs", ""),
            ("room/deep/below.rs", ""),
            ("room/own.rs", own),
        ];
        let sources = Sources::read(files);
        sources.named()["room/own.rs"].iter().map(|file| (*file).to_owned()).collect()
    }

    #[test]
    fn a_use_is_read_with_its_groups() {
        let other_and_cellar = ["cellar.rs", "room/other.rs"];
        assert_eq!(named("use crate::{cellar, room::other};"), other_and_cellar);
        assert_eq!(named("use crate::{room::{other::{One, Two}}, cellar::{self, Three as Four}};"), other_and_cellar);
        assert_eq!(
            named("pub(super) use crate::{\n    cellar::Wine, // of the best\n    room::other::*,\n};"),
            other_and_cellar
        );
        assert_eq!(named("use super::{other, deep::below};"), ["room/deep/below.rs", "room/other.rs"]);
        assert_eq!(named("use super::super::cellar as c;"), ["cellar.rs"]);
        assert_eq!(named("use super::Thing;"), ["room/mod.rs"]);
        assert_eq!(named("use super::*;"), ["room/mod.rs"]);
        assert_eq!(named("use super::{self as room};"), ["room/mod.rs"]);
        assert_eq!(named("use std::{fs, cellar};\nuse serde::other;"), [""; 0]);
    }

    #[test]
    fn a_path_inside_code_is_read_as_well() {
        assert_eq!(
            named("fn f() -> crate::cellar::Wine { super::other::make::<u8>(3) }"),
            ["cellar.rs", "room/other.rs"]
        );
        assert_eq!(named("fn f() { vec![Some(super::third::X)] }"), ["room/third.rs"]);
        assert_eq!(named("use super::deep;\nfn f() { deep::below::go() }"), ["room/deep/below.rs", "room/deep/mod.rs"]);
        assert_eq!(
            named("use super::deep as d;\nfn f() { d::below::go() }"),
            ["room/deep/below.rs", "room/deep/mod.rs"]
        );
        assert_eq!(named("fn f() { cellar::Wine::new(); Self::other::x; self.third }"), [""; 0]);
        assert_eq!(named("pub(in crate::room) fn f(pub(super) x: super::third::X) {}"), ["room/third.rs"]);
        assert_eq!(
            named("mod inner { use super::super::third; fn f() { super::own(); super::super::other::go() } }"),
            ["room/other.rs", "room/third.rs"]
        );
    }

    #[test]
    fn a_folder_names_its_files_by_their_names_alone() {
        let named = |text: &str| {
            let files = [("room/mod.rs", text), ("room/other.rs", ""), ("room/third.rs", "")];
            Sources::read(files).named()["room/mod.rs"].iter().map(|file| (*file).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(named("mod other;\npub use other::Thing;"), ["room/other.rs"]);
        assert_eq!(named("mod other;\nuse self::other::Thing;"), ["room/other.rs"]);
        assert_eq!(named("mod third;\nfn f() { third::go() }"), ["room/third.rs"]);
        assert_eq!(named("mod other;"), ["room/other.rs"], "a file belongs to the one that declares it");
    }

    #[test]
    fn a_crate_of_the_workspace_is_a_room_as_well() {
        let files = [
            ("lib.rs", ""),
            ("room/mod.rs", ""),
            ("room/own.rs", "use reading::{Reading, words::Word};\nfn f() { reading::read(); other::go() }"),
            ("reading/lib.rs", "mod words;"),
            ("reading/words.rs", "use crate::Reading; use super::room;"),
        ];
        let sources = Sources::read(files);
        let named = sources.named();
        let own: Vec<&str> = named["room/own.rs"].iter().copied().collect();
        assert_eq!(own, ["reading/lib.rs", "reading/words.rs"]);
        assert_eq!(named["reading/words.rs"].iter().copied().collect::<Vec<_>>(), ["reading/lib.rs"]);
        assert_eq!(circles(&named), ["reading/lib.rs → reading/words.rs → reading/lib.rs"]);
    }

    #[test]
    fn comments_literals_and_tests_name_nothing() {
        assert_eq!(named("// use super::other;\n/* super::other /* crate::cellar */ super::third */"), [""; 0]);
        assert_eq!(
            named(r##"const A: &str = "super::other \" crate::cellar"; const B: &str = r#"" super::third"#;"##),
            [""; 0]
        );
        assert_eq!(
            named("const A: [char; 3] = ['\"', '\\'', 'a'];\nuse super::other; const B: char = '\"';"),
            ["room/other.rs"]
        );
        assert_eq!(named("impl<'a> A<'a> { fn f(x: &'a str) -> super::other::B { x } }"), ["room/other.rs"]);
        assert_eq!(
            named("#[cfg(test)]\nmod tests {\n    use super::super::other;\n    fn f() { { } }\n}\nuse super::third;"),
            ["room/third.rs"]
        );
        assert_eq!(named("#[cfg(test)]\nuse super::{other, deep};\nuse super::third;"), ["room/third.rs"]);
        let files = [("room/mod.rs", "#[cfg(test)]\nmod tests;"), ("room/tests.rs", "use super::*;")];
        assert_eq!(Sources::read(files).named().len(), 1, "a file of tests is none of the room's");
    }

    #[test]
    fn circles_are_found_and_the_shortest_of_each_knot_is_told() {
        let named = |pairs: &[(&'static str, &'static str)]| {
            let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (from, to) in pairs {
                named.entry(from).or_default().insert(to);
                named.entry(to).or_default();
            }
            circles(&named)
        };
        assert_eq!(named(&[("a", "b"), ("b", "c"), ("a", "c")]), [""; 0]);
        assert_eq!(named(&[("a", "b"), ("b", "c"), ("c", "b")]), ["b → c → b"]);
        assert_eq!(
            named(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "b"), ("x", "y"), ("y", "x")]),
            ["b → c → b (one circle of a knot of 3 files)", "x → y → x"]
        );
    }
}
