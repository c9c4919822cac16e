//! What was learned is kept between two starts, and nothing in the file can do harm.

use otklik::kept::{self, FILE};
use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use understanding::{Lesson, Lessons, read};

fn lessons() -> Lessons {
    let lesson = |intent: &str, examples: &[&str]| Lesson {
        intent: intent.into(),
        examples: examples.iter().map(|text| (*text).to_owned()).collect(),
        ..Lesson::default()
    };
    let intents = vec![
        lesson("cancel", &["отмените заказ", "хочу отменить", "отмена заказа"]),
        lesson("where", &["где посылка", "когда придёт", "где мой заказ"]),
    ];
    Lessons {
        intents, none: vec!["какая погода".into(), "расскажи анекдот".into()], ..Lessons::default()
    }
}

#[test]
fn the_second_start_reads_what_the_first_one_learned() {
    let folder = std::env::temp_dir().join(format!("otklik_kept_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let (lessons, file) = (lessons(), folder.join(FILE));
    let learned = Cell::new(0);
    let matcher =
        |lessons: &Lessons, folder: Option<&Path>| kept::matcher(lessons, folder, &|| learned.set(learned.get() + 1));
    let mode = || fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
    let first = matcher(&lessons, Some(&folder));
    assert_eq!(mode(), 0o600);
    let bytes = fs::read(&file).expect("the file");
    let second = matcher(&lessons, Some(&folder));
    assert_eq!(read(&first, "где посылка"), read(&second, "где посылка"));
    assert_eq!(fs::read(&file).expect("the file"), bytes, "and left it alone");
    assert_eq!(learned.get(), 1, "it is said that it is learned when it is");
    for broken in [&b""[..], b"nonsense", &bytes[..bytes.len() / 2]] {
        fs::write(&file, broken).expect("to write");
        assert_eq!(read(&matcher(&lessons, Some(&folder)), "отмена"), read(&first, "отмена"));
        assert_eq!(fs::read(&file).expect("the file"), bytes, "a broken one is replaced");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("to change");
    let _ = matcher(&lessons, Some(&folder));
    assert_eq!(mode(), 0o600, "one that others may write is replaced");
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1, "nothing else is left there");
    fs::remove_dir_all(&folder).expect("to tidy up");
    let _ = matcher(&lessons, Some(&folder)); // no folder: no file, and no harm
}
