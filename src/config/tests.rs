//! What settings say, and how mistakes in them are told.

use super::*;
use secrecy::ExposeSecret;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

#[test]
fn every_mistake_is_told_at_once() {
    let none = |_: &str| None;
    let error = Config::read(&none, Some("opens = \"9\"\nprecision = 2.0"), None).expect_err("mistakes");
    let text = error.to_string();
    for part in ["TELOXIDE_TOKEN", "@BotFather", "otklik demo", "OTKLIK_DESK", "opens", "precision"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

/// What is printed by a slip, in a log or a panic, shows nothing.
#[test]
fn settings_that_are_printed_show_no_secret() {
    let secrets = [
        ("DATABASE_URL", "postgres://otklik:hunter2hunter2@db/otklik"),
        ("TELOXIDE_API_URL", "http://me:hunter2hunter2@127.0.0.1:8081"),
        ("OTKLIK_CARRIER_URL", "https://carrier.example.org/"),
        ("OTKLIK_CARRIER_TOKEN", "hunter2hunter2"),
        ("OTKLIK_LISTEN", "127.0.0.1:8090"),
        ("OTKLIK_PUSH_SECRET", "hunter2hunter2hunter2"),
    ];
    let env = |name: &str| match name {
        "TELOXIDE_TOKEN" => Some("123456:hunter2hunter2".to_owned()),
        "OTKLIK_DESK" => Some("-100".to_owned()),
        _ => secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
    };
    let config = Config::read(&env, None, None).expect("good settings");
    let printed = format!("{config:?} {config:#?}");
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// What a good start gives with these variables beside the needed ones.
fn with(more: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let env = |name: &str| match name {
        "TELOXIDE_TOKEN" => Some("1:a".to_owned()),
        "OTKLIK_DESK" => Some("-100".to_owned()),
        _ => more.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
    };
    Config::read(&env, None, None)
}

#[test]
fn a_carrier_and_its_pushes_are_told_by_the_environment() {
    let none = with(&[("OTKLIK_LISTEN", "127.0.0.1:8090")]).expect("good");
    assert!(none.carrier.is_none() && none.push.is_none());
    let config = with(&[
        ("OTKLIK_CARRIER_URL", "https://carrier.example/api"),
        ("OTKLIK_CARRIER_TOKEN", "s3cret-of-the-carrier"),
        ("OTKLIK_LISTEN", "127.0.0.1:8090"),
        ("OTKLIK_PUSH_SECRET", "0123456789abcdef-push"),
    ]);
    let config = config.expect("good");
    assert_eq!(config.carrier.as_ref().map(ToString::to_string).as_deref(), Some("https://carrier.example/api"));
    assert!(config.push.is_some() && config.listen.is_some_and(|listen| listen.port() == 8090));
    let shown = format!("{config:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("abcdef"), "{shown}");
}

#[test]
fn what_is_wrong_about_a_carrier_is_told_without_its_secrets() {
    for (more, part) in [
        (&[("OTKLIK_CARRIER_URL", "carrier.example")][..], "OTKLIK_CARRIER_URL"),
        (&[("OTKLIK_CARRIER_URL", "https://anna:s3cret@carrier.example")], "OTKLIK_CARRIER_URL"),
        (&[("OTKLIK_CARRIER_TOKEN", "s3cret")], "without OTKLIK_CARRIER_URL"),
        (
            &[("OTKLIK_CARRIER_URL", "https://carrier.example"), ("OTKLIK_CARRIER_TOKEN", "s3cret s3cret")],
            "OTKLIK_CARRIER_TOKEN",
        ),
        (&[("OTKLIK_PUSH_SECRET", "s3cret-s3cret-s3cret")], "without OTKLIK_LISTEN"),
        (&[("OTKLIK_PUSH_SECRET", "s3cret"), ("OTKLIK_LISTEN", "127.0.0.1:1")], "shorter than 16"),
        (&[("OTKLIK_LISTEN", ":8090")], "«:8090»"),
        (&[("OTKLIK_WEBHOOK_URL", "https://bot.example/hook")], "without OTKLIK_LISTEN"),
        (&[("OTKLIK_WEBHOOK_URL", "bot.example"), ("OTKLIK_LISTEN", "127.0.0.1:1")], "«bot.example»"),
        (&[("OTKLIK_WEBHOOK_URL", "https://b.example/push"), ("OTKLIK_LISTEN", "127.0.0.1:1")], "something else"),
    ] {
        let told = with(more).expect_err("a mistake").to_string();
        assert!(told.contains(part) && !told.contains("s3cret"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn a_file_changes_the_defaults_and_a_wrong_line_is_named() {
    let env = |name: &str| match name {
        "TELOXIDE_TOKEN" => Some("1:a".to_owned()),
        "OTKLIK_DESK" => Some("-100, -200".to_owned()),
        _ => None,
    };
    let config = Config::read(&env, Some("closes = \"18:30\"\nfirst_response_minutes = 15"), None).expect("good");
    assert_eq!(config.desks, [DeskId(-100), DeskId(-200)]);
    assert_eq!(config.database.expose_secret(), "sqlite://otklik.db");
    assert_eq!(config.settings.policy.first_response, Duration::minutes(15));
    let error = Config::read(&env, Some("\n\nclozes = \"18:30\""), None).expect_err("a wrong line");
    assert!(error.to_string().contains("clozes") && error.to_string().contains("line 3"), "{error}");
}

#[test]
fn how_long_things_are_kept_is_a_setting() {
    let read = |file: &str| {
        let mut mistakes = Vec::new();
        let keep = settings(Some(file), &mut mistakes).policy.keep;
        ([keep.done, keep.story, keep.audit].map(|time| time.num_days()), mistakes)
    };
    assert_eq!(read(""), ([7, 365, 1095], Vec::new()));
    let all = "keep_days = 3\nkeep_story_days = 90\nkeep_audit_days = 400";
    assert_eq!(read(all), ([3, 90, 400], Vec::new()));
    assert_eq!(read("keep_days = 500").0, [500, 500, 1095], "the story stays as long as its messages");
    for (wrong, told) in [
        ("keep_days = 1", "keep_days = 1 is not between 2 and 3650"),
        ("keep_story_days = 30", "keep_story_days = 30 is not between 31 and 3650"),
        ("keep_days = 100\nkeep_story_days = 99", "keep_story_days = 99 is not between 100 and 3650"),
        ("keep_audit_days = 0", "keep_audit_days = 0 is not between 31 and 3650"),
    ] {
        assert_eq!(read(wrong).1, [format!("{FILE}: {told}")]);
    }
}

#[test]
fn the_country_of_a_lists_phones_is_a_setting() {
    let read = |file: &str| {
        let mut mistakes = Vec::new();
        let country = settings(Some(file), &mut mistakes).phone_country;
        (country, mistakes)
    };
    assert_eq!(read(""), (Country::RUSSIA, Vec::new()));
    let kazakhstan = Country::from_code("KZ").expect("a country");
    assert_eq!(read("phone_country = \"kz\""), (kazakhstan, Vec::new()));
    let (country, mistakes) = read("phone_country = \"Россия\"");
    assert_eq!((country, mistakes.len()), (Country::RUSSIA, 1));
    assert!(mistakes[0].contains("phone_country = «Россия»"), "{mistakes:?}");
}

#[test]
fn hours_may_go_round_the_clock_and_past_midnight() {
    let hours = |file: &str| {
        let mut mistakes = Vec::new();
        let policy = settings(Some(file), &mut mistakes).policy;
        (policy.opens.format("%H:%M").to_string(), policy.closes.format("%H:%M").to_string(), mistakes)
    };
    let none = Vec::<String>::new;
    assert_eq!(hours("opens = \"00:00\"\ncloses = \"24:00\""), ("00:00".into(), "00:00".into(), none()));
    assert_eq!(hours("opens = \"20:00\"\ncloses = \"02:00\""), ("20:00".into(), "02:00".into(), none()));
    assert_eq!(hours("opens = \"20:00\"\ncloses = \"24:00\""), ("20:00".into(), "00:00".into(), none()));
    for wrong in ["09:00", "00:00"] {
        let told = hours(&format!("opens = \"{wrong}\"\ncloses = \"{wrong}\"")).2;
        assert!(told.len() == 1 && told[0].contains(wrong) && told[0].contains("24:00"), "{told:?}");
    }
    let told = hours("opens = \"24:00\"\ncloses = \"25:00\"").2;
    assert!(told.len() == 2 && told[0].contains("«24:00»") && told[1].contains("«25:00»"), "{told:?}");
}

#[test]
fn languages_are_those_of_the_phrasebook() {
    let shipped = || crate::phrases::load::shipped().0;
    let settings = |file: &str| {
        let mut mistakes = Vec::new();
        let settings = settings(Some(file), &mut mistakes);
        assert_eq!(mistakes, Vec::<String>::new());
        settings
    };
    let english = settings("desk_language = \"en\"").applied_to(shipped()).expect("a language it has");
    assert_eq!(english.desk_language().id(), "en");
    assert_eq!(settings("").applied_to(shipped()).expect("nothing asked").desk_language().id(), "ru");
    let two = "desk_language = \"de\"\n[[desk]]\nid = -1\nname = \"A\"\nlanguages = [\"en\", \"fr\"]";
    let told = settings(two).applied_to(shipped()).expect_err("two it has not").0;
    assert_eq!(
        told,
        [
            "otklik.toml: desk_language: «de» is no language of the phrasebook, which has: ru, en",
            "otklik.toml: desk -1: languages: «fr» is no language of the phrasebook, which has: ru, en",
        ]
    );
    let mut mistakes = Vec::new();
    super::settings(Some("desk_language = \"русский\""), &mut mistakes);
    assert!(mistakes[0].contains("desk_language = «русский» is not the id"), "{mistakes:?}");
}

#[test]
fn no_mistake_shows_a_secret() {
    const TOKEN: &str = "7012345678:AAHfiqksKZ8WmR2zSjiQ7eD9xUVwYtPbLcE";
    for (more, file) in [
        (&[("OTKLIK_LISTEN", TOKEN)][..], None),
        (&[("OTKLIK_WEBHOOK_URL", "https://anna:s3cretAAHfiqks@bot example"), ("OTKLIK_LISTEN", "127.0.0.1:1")], None),
        (&[("OTKLIK_WEBHOOK_URL", TOKEN), ("OTKLIK_LISTEN", "127.0.0.1:1")], None),
        (&[("OTKLIK_CARRIER_URL", TOKEN)], None),
        (&[("OTKLIK_DESK", TOKEN)], None),
        (&[], Some(format!("token = \"{TOKEN}\""))),
        (&[], Some(format!("time_zone = \"{TOKEN}\""))),
        (&[], Some(format!("opens = \"{TOKEN}\""))),
        (&[], Some(format!("keep_days = \"{TOKEN}\""))),
    ] {
        let env = |name: &str| match more.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => Some((*value).to_owned()),
            None => (name == "TELOXIDE_TOKEN")
                .then(|| TOKEN.to_owned())
                .or((name == "OTKLIK_DESK").then(|| "-100".to_owned())),
        };
        let told = Config::read(&env, file.as_deref(), None).expect_err("a mistake").to_string();
        assert!(!told.contains("AAHfiqks"), "{told}");
    }
    let config = with(&[
        ("DATABASE_URL", "postgres://otklik:s3cret@db/otklik"),
        ("TELOXIDE_API_URL", "http://u:s3cret@127.0.0.1"),
    ]);
    let shown = format!("{:?}", config.expect("good"));
    assert!(!shown.contains("s3cret") && !shown.contains("1:a"), "{shown}");
}

#[test]
fn metrics_are_this_machines_own_and_never_at_the_door() {
    let read = |metrics: &'static str| {
        let env = move |name: &str| match name {
            "TELOXIDE_TOKEN" => Some("1:a".to_owned()),
            "OTKLIK_DESK" => Some("-100".to_owned()),
            "OTKLIK_LISTEN" => Some("0.0.0.0:8090".to_owned()),
            "OTKLIK_METRICS" => Some(metrics.to_owned()),
            _ => None,
        };
        Config::read(&env, None, None).map(|config| config.metrics.expect("an address").to_string())
    };
    assert_eq!(read("9464").expect("a port"), "127.0.0.1:9464");
    assert_eq!(read("10.0.0.5:9464").expect("an address"), "10.0.0.5:9464");
    for (wrong, told) in [("8090", "OTKLIK_LISTEN"), ("127.0.0.1:8090", "OTKLIK_LISTEN"), ("here", "OTKLIK_METRICS")] {
        let mistakes = read(wrong).expect_err("a mistake").to_string();
        assert!(mistakes.contains(told), "{mistakes}");
    }
}

/// A folder with these files, the secret ones only their owner's.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("otklik-place-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in files {
        std::fs::write(folder.join(file), text).expect("a file");
        std::fs::set_permissions(folder.join(file), Permissions::from_mode(0o600)).expect("its mode");
    }
    folder
}

#[test]
fn settings_are_read_from_the_files_beside() {
    let env = "# secrets\nTELOXIDE_TOKEN=1:hunter2\nexport OTKLIK_DESK='-1001'\nOTKLIK_LISTEN=\n";
    let folder = folder("both", &[("otklik.toml", "opens = \"08:00\""), (".env", env)]);
    let place = Place::of(Some(&folder.join("otklik.toml"))).expect("good files");
    assert!(!format!("{place:?}").contains("hunter2"), "a place may be printed");
    let config = place.config(None).expect("good settings");
    assert_eq!((config.desks.len(), config.desks[0].0), (1, -1001));
    assert_eq!(config.settings.policy.opens.to_string(), "08:00:00");
    assert_eq!(place.variable("OTKLIK_LISTEN"), None, "blank is not set");
    assert_eq!(place.database(), format!("sqlite://{}/otklik.db", folder.display()));
    // What the environment says goes first: cargo sets this one.
    std::fs::write(folder.join(".env"), "CARGO_PKG_NAME=other").expect("a file");
    let place = Place::of(Some(&folder.join("otklik.toml"))).expect("good files");
    assert_eq!(place.variable("CARGO_PKG_NAME").as_deref(), Some("otklik"));
    std::fs::remove_dir_all(folder).expect("it goes");
}

#[test]
fn a_mistake_is_told_with_its_file_and_without_the_secret() {
    let folder = folder("wrong", &[("my.toml", "opens = \"8\""), (".env", "A=1\nTELOXIDE_TOKEN 1:hunter2\n")]);
    let told = Place::of(Some(&folder.join("my.toml"))).expect_err("a mistake").to_string();
    assert!(told.contains("/.env: line 2") && !told.contains("hunter2"), "{told}");
    std::fs::write(folder.join(".env"), "A=1\n").expect("a file");
    let told = Place::of(Some(&folder.join("my.toml"))).expect("good").settings().expect_err("a mistake").0;
    assert!(told[0].contains("/my.toml: opens"), "{told:?}");
    let told = Place::of(Some(&folder.join("none.toml"))).expect("no .env to blame").settings();
    assert!(told.expect_err("it was named").0[0].contains("none.toml cannot be read"));
    std::fs::set_permissions(folder.join(".env"), Permissions::from_mode(0o666)).expect("its mode");
    let told = Place::of(Some(&folder.join("my.toml"))).expect_err("anybody may write it").to_string();
    assert!(told.contains("chmod 600") && told.contains(".env"), "{told}");
    std::fs::remove_dir_all(folder).expect("it goes");
}
