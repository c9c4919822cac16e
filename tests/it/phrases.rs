//! The owner edits phrases while the bot runs.

use crate::support::{always_open, knowledge};
use otklik::config::Settings;
use otklik::run::{Followed, phrasebook};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use understanding::Language;

const NEW: &str = r#"
title = "Подарочная упаковка"
examples = ["упакуйте в подарок", "есть подарочная упаковка", "заверните красиво", "нужна подарочная обёртка",
  "сделайте бант на коробку", "хочу красивую упаковку", "подарочный пакет есть", "оберните в подарочную бумагу",
  "можно завернуть подарком", "красивая лента на подарок есть"]
[replies.answer]
variants = ["Упакуем красиво.", "Да, завернём в подарочную бумагу.", "Упаковка для подарка есть."]
[[tests]]
text = "заверните в подарок"
intent = "gift_wrap"
"#;

/// A fresh folder with the shipped phrases; `name` tells one test's from another's.
pub fn shipped_into(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("otklik_phrases_{name}_{}", std::process::id()));
    for language in ["ru", "en"] {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("phrases").join(language), folder.join(language));
        fs::create_dir_all(&to).expect("a temporary folder");
        for file in fs::read_dir(from).expect("the shipped phrases") {
            let file = file.expect("a file").path();
            fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("it can be copied");
        }
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_edit_is_served_and_a_broken_one_refused() {
    let folder = shipped_into("edited");
    let known = Arc::new(watch::Sender::new(Arc::new(knowledge(always_open(), Vec::new()))));
    let mut knowledge = known.subscribe();
    let Settings { carrier_formats, precision, .. } = Settings::default();
    // It has looked at the folder once before anything in it changes.
    let followed = Followed::new(folder.clone(), carrier_formats, precision);
    let (_goes_on, stop) = watch::channel(false);
    tokio::spawn(followed.run(known, stop));

    fs::write(folder.join("ru/gift_wrap.toml"), NEW).expect("a file can be added");
    while !knowledge.borrow_and_update().phrasebook.has("gift_wrap.answer", Language::new("ru").expect("an id")) {
        tokio::time::timeout(Duration::from_secs(60), knowledge.changed()).await.expect("served").expect("followed");
    }
    let knowledge = knowledge.borrow().clone();
    let reading = understanding::read(&knowledge.matcher, "упакуйте, пожалуйста, в подарок");
    assert_eq!(reading.candidates[0].intent, "gift_wrap");

    fs::write(folder.join("ru/cancel.toml"), "title = \"Отменить заказ\"\nexamples = [\"отмените\"")
        .expect("it can be broken");
    let refused = phrasebook(Some(&folder)).expect_err("a broken file is refused").to_string();
    assert!(refused.contains("ru/cancel.toml") && refused.contains("line 2"), "with its file and line: {refused}");
    let _ = fs::remove_dir_all(folder);
}
