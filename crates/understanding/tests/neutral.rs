//! What stands beside a request must not drown it: examples of the shipped phrasebook with what people add, in wordings
//! that nothing was learned from.

#[path = "neutral/additions.rs"]
mod additions;
#[path = "../benches/shipped/mod.rs"]
mod shipped;

use additions::{ADDITIONS, added};
use otklik_understanding::{Decision, Matcher, SMALL_TALK, read};

/// Every so many examples are tried, with every addition.
const STEP: usize = 13;

#[test]
fn what_is_added_changes_nothing() {
    let lessons = shipped::lessons();
    let matcher = Matcher::new(&lessons);
    let examples = lessons.intents.iter().flat_map(|lesson| lesson.examples.iter().map(|text| (&lesson.intent, text)));
    // What is read rightly and surely as it stands; small talk gives way to whatever stands beside it.
    let sure: Vec<(&String, &String)> = examples
        .step_by(STEP)
        .filter(|(intent, _)| !SMALL_TALK.contains(&intent.as_str()))
        .filter(|(intent, text)| {
            let reading = read(&matcher, text);
            reading.decision != Decision::Clarify && reading.intent.as_ref() == Some(intent)
        })
        .collect();
    let (mut kept_in_all, mut wrong) = (0, Vec::new());
    let mut weak: Vec<(f64, &str)> = Vec::new();
    for addition in ADDITIONS {
        let mut kept = 0;
        for (intent, text) in &sure {
            let text = added(text, addition);
            let reading = read(&matcher, &text);
            match reading.intent {
                Some(found) if found == **intent && reading.decision != Decision::Clarify => kept += 1,
                Some(found) if found != **intent && reading.decision != Decision::Clarify => {
                    wrong.push(format!("{intent} → {found}: {text}"));
                }
                _ => {}
            }
        }
        kept_in_all += kept;
        let share = f64::from(kept) / sure.len() as f64;
        if share < 0.90 {
            weak.push((share, addition.0));
        }
    }
    let tried = sure.len() * ADDITIONS.len();
    let kept = f64::from(kept_in_all) / tried as f64;
    assert!(sure.len() > 400, "{}", sure.len());
    assert!(kept >= 0.95, "{kept:.3} of the decisions stay; weak: {weak:#?}");
    // Stories of a sentence, names and addresses are heard as half a request: today eight of fifty-two additions (five
    // before the examples were doubled), none below two thirds.
    assert!(weak.len() <= 8 && weak.iter().all(|(share, _)| *share >= 0.6), "{weak:#?}");
    // Today 6 of some 27,000: an address beside «не хочу говорить с роботом», and a story.
    assert!(wrong.len() * 2_000 <= tried, "{} of {tried} are read as something else: {wrong:#?}", wrong.len());
}
