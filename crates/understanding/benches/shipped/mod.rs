//! The phrasebook of the bot this crate was made for (`phrases/` beside `crates/`), as lessons: for the bench and for the
//! tests, which a package does not hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use otklik_understanding::{Label, Language, Lesson, Lessons, Piece, Spoken, Stance, Stemmer, WordLists};
use toml::{Table, Value};

/// The lessons of the shipped phrasebook.
pub fn lessons() -> Lessons {
    phrasebook(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../phrases"))
}

/// The lessons of a phrasebook: a folder a language, the default one first; a file an intent, but for those that are
/// about the language and about what must not be answered.
fn phrasebook(folder: &Path) -> Lessons {
    // What is no folder is no language: what was learned may lie beside them.
    let mut languages: Vec<(String, BTreeMap<String, Table>)> = entries(folder)
        .into_iter()
        .filter(|entry| entry.is_dir())
        .map(|folder| {
            let files = entries(&folder).into_iter().map(|file| (stem(&file), table(&file)));
            (stem(&folder), files.collect())
        })
        .collect();
    languages.sort_by_key(|(_, files)| files["language"].get("default").and_then(Value::as_bool) != Some(true));
    let mut lessons = Lessons { precision: 0.95, ..Lessons::default() };
    let mut by_intent: BTreeMap<String, Lesson> = BTreeMap::new();
    for (id, files) in languages {
        let about = &files["language"];
        let named = |key: &str| about[key].as_str().expect("a name");
        let texts = files.values().flat_map(|file| texts(file.get("examples"))).collect();
        lessons.languages.push(Spoken {
            id: Language::new(&id).expect("the id of a language"),
            stemmer: Stemmer::named(named("stemmer")),
            letters: named("letters").to_owned(),
            words: WordLists::shipped(named("lexicon")).unwrap_or_default(),
            texts,
        });
        lessons.filler.extend(self::texts(about.get("filler")));
        let groups = about["synonyms"].as_table().expect("groups of words").values();
        lessons.synonyms.extend(groups.map(|group| self::texts(Some(group))));
        lessons.stances.extend(labels(files.get("stance")).filter_map(|(name, texts)| {
            let label = serde_json::from_value::<Stance>(name.into()).ok()?;
            Some(Label { label, examples: texts.0, with_topic: texts.1 })
        }));
        lessons.pieces.extend(labels(files.get("piece")).filter_map(|(name, texts)| {
            let label = serde_json::from_value::<Piece>(name.into()).ok()?;
            Some(Label { label, examples: texts.0, with_topic: texts.1 })
        }));
        for (name, file) in &files {
            let examples = self::texts(file.get("examples"));
            if name == "none" {
                lessons.none.extend(examples);
            } else if !examples.is_empty() {
                let lesson = by_intent.entry(name.clone()).or_default();
                lesson.intent = name.clone();
                lesson.examples.extend(examples);
                lesson.not_examples.extend(self::texts(file.get("not_examples")));
            }
        }
    }
    lessons.intents = by_intent.into_values().collect();
    lessons
}

/// The labels of a file: the name, the texts without a topic and those with one.
fn labels(file: Option<&Table>) -> impl Iterator<Item = (String, (Vec<String>, Vec<String>))> {
    let labels = file.and_then(|file| file.get("labels")).and_then(Value::as_table).cloned().unwrap_or_default();
    labels.into_iter().map(|(name, label)| (name, (texts(label.get("examples")), texts(label.get("with_topic")))))
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of phrases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn table(file: &Path) -> Table {
    fs::read_to_string(file).expect("a file of phrases").parse().expect("TOML")
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
