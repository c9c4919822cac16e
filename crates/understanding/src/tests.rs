//! The room as a whole: a small phrasebook in, readings out.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::noise::{self, Noise};
use super::sample::{lesson, lessons};
use super::*;

fn matcher() -> &'static Matcher {
    static MATCHER: OnceLock<Matcher> = OnceLock::new();
    MATCHER.get_or_init(|| Matcher::new(&lessons()))
}

fn top(text: &str) -> String {
    read(matcher(), text).candidates[0].intent.clone()
}

#[test]
fn says_what_the_customer_wants() {
    for (text, intent) in [
        ("где моя посылка?", "where_is_parcel"),
        ("ГДЕ МОЯ ПОСЫЛКА", "where_is_parcel"),
        ("где моя бандероль", "where_is_parcel"),
        ("здравствуйте, подскажите, где посылка", "where_is_parcel"),
        ("ult vjz gjcskrf", "where_is_parcel"),
        ("gde moya posylka", "where_is_parcel"),
        ("гдемояпосылка", "where_is_parcel"),
        ("RA123456785RU", "where_is_parcel"),
        ("otmenite zakaz", "cancel"),
        ("атмените закас", "cancel"),
        ("отменнниите заказззз", "cancel"),
        ("верните дньги", "refund"),
        ("позовите апиратора", "human"),
        ("спасибо!", "thanks"),
        ("where is my parcel", "where_is_parcel"),
    ] {
        assert_eq!(top(text), intent, "{text}");
    }
}

/// «Пасылка» is Belarusian, and «посылка» misspelt; «салом» greets in any language.
#[test]
fn a_misspelling_is_no_neighbour_language() {
    for theirs in ["дзе мая пасылка", "де моя посилка", "чи можна скасувати", "коли прийде посылка", "де мої гроші"]
    {
        assert!(read(matcher(), theirs).neighbours, "{theirs}");
    }
    for ours in
        ["где моя пасылка", "можна отменить заказ", "посилка 1000000017 где", "салом, где моя посылка", "спасиби"]
    {
        assert!(!read(matcher(), ours).neighbours, "{ours}");
    }
    assert_eq!(top("где моя пасылка"), "where_is_parcel");
}

#[test]
fn a_negation_lowers_the_confidence() {
    let confidence = |text: &str| read(matcher(), text).confidence;
    assert!(confidence("не хочу отменять заказ") < confidence("хочу отменить заказ"));
    assert!(confidence("оператор не нужен") < confidence("нужен оператор"));
    assert!(confidence("какая погода завтра") < confidence("когда придет посылка"));
}

#[test]
fn the_request_wins_over_small_talk() {
    assert_eq!(top("привет! отмените заказ"), "cancel");
    assert_eq!(top("верните деньги, спасибо"), "refund");
}

#[test]
fn what_is_not_asked_is_not_answered() {
    for text in ["какая погода завтра", "🙂🙂", "", "...", "отмените автопродление"]
    {
        assert_ne!(read(matcher(), text).decision, Decision::Answer, "{text}");
    }
    assert!(read(matcher(), "🙂 !!").wordless);
    assert!(!read(matcher(), "да").wordless);
}

#[test]
fn slots_mood_and_language_come_along() {
    let reading = read(matcher(), "ГДЕ МОЙ ЗАКАЗ 778-12??? ВЫ МОШЕННИКИ, ПОДАМ В СУД");
    assert_eq!(reading.slots.order_numbers, ["778-12"]);
    assert_eq!(reading.mood, Mood::Angry);
    assert_eq!(reading.language.id(), "ru");
    assert_eq!(read(matcher(), "where is my parcel").language.id(), "en");
    assert_eq!(read(matcher(), "gde posylka").language.id(), "ru");
    assert_eq!(read(matcher(), "ljcnfdmnt pfdnhf").slots.dates, ["завтра"]);
}

#[test]
fn a_reading_survives_its_json() {
    let reading = read(matcher(), "где посылка RA123456785RU до пятницы");
    let json = serde_json::to_value(&reading).expect("a reading is plain data");
    assert_eq!(json["slots"], serde_json::json!({"tracking_number": ["RA123456785RU"], "date": ["до пятницы"]}));
    assert!(["answer", "clarify", "handoff"].contains(&json["decision"].as_str().unwrap_or_default()));
    assert_eq!(serde_json::from_value::<Reading>(json).expect("it was one"), reading);
}

#[test]
fn candidates_are_all_there_best_first() {
    let reading = read(matcher(), "отмените заказ и верните деньги");
    assert!(reading.candidates.len() >= 5);
    assert!(reading.candidates.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
    assert_eq!(reading.confidence, reading.candidates[0].confidence);
}

#[test]
fn explains_itself() {
    let explanation = explain(matcher(), "где маи посылкп");
    assert_eq!(explanation.words[0].how, "as typed");
    assert!(explanation.words.iter().any(|word| word.how == "typo" && word.read_as.starts_with("посылк")));
    assert_eq!(explanation.nearest[0].intent, "where_is_parcel");
    assert!(!explanation.nearest[0].by.is_empty());
    assert!(!explanation.because.is_empty());
}

#[test]
fn learns_the_same_every_time() {
    let (one, two) = (Matcher::new(&lessons()), Matcher::new(&lessons()));
    assert_eq!(one.thresholds(), two.thresholds());
    for text in ["где посылка", "отмените", "борщ"] {
        assert_eq!(read(&one, text), read(&two, text));
    }
}

#[test]
fn poor_lessons_do_no_harm() {
    let empty = Matcher::new(&Lessons::default());
    assert_eq!(read(&empty, "где посылка").decision, Decision::Handoff);
    let single = Lessons { intents: vec![lesson("cancel", &["отмените"], &[])], ..Lessons::default() };
    let reading = read(&Matcher::new(&single), "отмените");
    assert_eq!(
        (reading.candidates.len(), reading.decision),
        (1, Decision::Handoff),
        "nothing tells what is no request"
    );
    assert!(explain(&empty, "где посылка").nearest.is_empty());
}

#[test]
fn odd_texts_are_read_too() {
    for text in [
        "\0",
        "а\0б",
        "\u{202e}где посылка\u{202c}",
        "👨‍👩‍👧‍👦",
        "ﷺ",
        "𝓰𝓭𝓮 𝓹𝓸𝓼𝔂𝓵𝓴𝓪",
        "İstanbul ß ŉ",
        "1",
        "-",
        "№",
        "#",
        "+7",
        "'",
        "don't'",
        "`",
        "a-",
        "где-",
        "\u{e001}",
        "²³",
        "ё́",
        "…",
        "«»",
        "אני רוצה",
        "我的包裹在哪里",
        "١٢٣٤",
    ] {
        read(matcher(), text);
        explain(matcher(), text);
    }
    for letter in ["а", "a", "1", "!", "🙂", "\u{301}", "ъ", "y", "-", ".", "'", "#"] {
        read(matcher(), &letter.repeat(4096));
        read(matcher(), &format!("{letter} ").repeat(2048));
    }
}

/// A word that only the lessons of `many_intents` have.
fn invented(n: usize) -> String {
    let syllables = ["ба", "ви", "го", "ду", "же", "зы", "ки", "ло", "му", "не", "пы", "ра", "си", "то", "фу", "хе"];
    format!("{}{}{}стик", syllables[n % 16], syllables[n / 16 % 16], syllables[(n * 7 + 3) % 16])
}

/// Two hundred intents that share the words of every request and have one word each of their own.
fn many_intents() -> Lessons {
    let intents = (0..200).map(|n| {
        let word = invented(n);
        let examples = [format!("где {word}"), format!("хочу {word} сегодня"), format!("нужен ваш {word}"), word];
        Lesson { intent: format!("intent_{n}"), examples: examples.into(), not_examples: Vec::new() }
    });
    Lessons {
        intents: intents.collect(), none: vec!["какая погода завтра".into()], ..Lessons::default()
    }
}

#[test]
fn two_hundred_intents_are_two_hundred() {
    let matcher = Matcher::new(&many_intents());
    let value = |explanation: &Explanation, name: &str| {
        explanation.evidence.iter().find(|piece| piece.name == name).expect("a piece of evidence").value
    };
    for n in 60..200 {
        let own = invented(n);
        let other = invented(if n == 199 { 64 } else { n + 1 });
        let plain = explain(&matcher, &format!("подайте {own}"));
        assert_eq!(plain.reading.candidates[0].intent, format!("intent_{n}"), "{own}");
        assert_eq!(value(&plain, "words known from «none»"), 0.0, "{own}: no example of «none» has a word of it");
        let torn = explain(&matcher, &format!("{own} {own} нужен {other}"));
        let foreign = "the most telling word foreign to the intent";
        assert!(value(&torn, foreign) > 0.5, "{own}: {other} is foreign to its intent");
        let known = explain(&matcher, &format!("нужен {own}"));
        assert_eq!(value(&known, foreign), 0.0, "{own}: no word is foreign to its own intent");
        let from_intent = "words known from the intent";
        assert!(value(&torn, from_intent) < 0.7 && value(&known, from_intent) > 0.99, "{own}, {other}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[а-яё ,.!?-]{0,120}",
        "[a-z0-9 ',;\\[\\]-]{0,120}",
        "[0-9 +()№#-]{0,60}",
        "(где|отмените|не|хочу|посылка|заказ|и|деньги|RA123456785RU|[а-я]{1,9}|[ ,.?]){0,30}",
    ]
}

proptest! {
    #[test]
    fn reads_anything_and_the_same_twice(text in any_text()) {
        let reading = read(matcher(), &text);
        prop_assert_eq!(&reading, &read(matcher(), &text));
        prop_assert!((0.0..=1.0).contains(&reading.confidence));
        prop_assert!(reading.candidates.iter().all(|c| (0.0..=1.0).contains(&c.confidence)));
        prop_assert!(reading.requests.len() <= 2);
    }

    #[test]
    fn spoils_anything_and_the_same_twice(text in any_text(), seed in any::<u64>()) {
        for kind in Noise::ALL {
            prop_assert_eq!(noise::spoil(&text, kind, seed), noise::spoil(&text, kind, seed));
        }
        read(matcher(), &noise::spoil_somehow(&text, seed));
    }

    /// Words, not seconds, so that a busy machine cannot fail it: what a text is taken apart into
    /// grows no faster than the text, and no word is longer than a fixed length.
    #[test]
    fn work_is_linear_in_the_length(text in any_text(), times in 1usize..20) {
        let long = format!("{text}\n").repeat(times);
        let tokens = matcher().parse(&long).sentence.tokens;
        prop_assert!(tokens.len() <= times * text.chars().count());
        prop_assert!(tokens.iter().all(|token| token.lexeme.text.chars().count() <= 2 * normalize::LONGEST_WORD));
    }
}

/// Labels learned on two topics.
fn with_labels() -> Lessons {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let stance = |label, examples: &[&str], with_topic: &[&str]| Label {
        label,
        examples: texts(examples),
        with_topic: texts(with_topic),
    };
    Lessons {
        stances: vec![
            stance(
                Stance::Declines,
                &["не надо уже", "передумала, пусть будет", "больше не нужно", "оставьте как есть"],
                &["не отменяйте заказ", "не надо отменять", "отменять не нужно, передумал", "раздумала отменять"],
            ),
            stance(
                Stance::Wants,
                &["сделайте пожалуйста", "прошу помочь", "когда это будет", "мне нужно"],
                &["отмените заказ", "хочу отменить", "где моя посылка", "когда придет заказ", "отменяйте пожалуйста"],
            ),
        ],
        labels: vec![LabelSet {
            name: "after".into(),
            labels: vec![
                ("when".into(), texts(&["а когда?", "когда примерно", "во сколько", "какого числа"])),
                ("sure".into(), texts(&["точно?", "это точно", "вы уверены", "а не перенесут"])),
            ],
            others: texts(&["отмените заказ", "позовите человека", "верните деньги"]),
            in_requests: false,
        }],
        ..lessons()
    }
}

#[test]
fn a_stance_is_read_towards_a_topic_it_was_not_shown_with() {
    let matcher = Matcher::new(&with_labels());
    for (text, stance) in [
        ("не возвращайте деньги, передумала", Stance::Declines),
        ("верните деньги пожалуйста", Stance::Wants),
        ("не отменяйте", Stance::Declines),
    ] {
        let reading = read(&matcher, text);
        assert_eq!(reading.stance, stance, "{text}: {}", reading.stance_confidence);
        assert!((0.0..=1.0).contains(&reading.stance_confidence), "{text}");
    }
    let untaught = read(self::matcher(), "не отменяйте");
    assert_eq!((untaught.stance, untaught.stance_confidence), (Stance::Wants, 1.0), "nothing was learned of stances");
}

#[test]
fn labels_of_the_callers_own_are_read() {
    let matcher = Matcher::new(&with_labels());
    for (text, label) in [("а когда примерно", "when"), ("точно точно?", "sure")] {
        let (best, share) = matcher.label("after", text).expect("the set was taught");
        assert_eq!(best, label, "{text}: {share}");
    }
    assert_eq!(matcher.label("before", "а когда"), None, "no such set");
}
