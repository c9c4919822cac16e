//! The aspects that every message is read for: its stance, its mood, whether it is whole, and the labels of the caller's own.

use serde::{Deserialize, Serialize};

use super::aspect::{self, Aspect, Labelled, SPOILT_WEIGHT, Sight};
use super::labels::Labels;
use super::lessons::{Label, Lessons};
use super::mood::Signs;
use super::moods::Moods;
use super::noise::Sayings;
use super::opinion::{Basis, Parsed};
use super::reading::{Mood, Piece, Stance};

/// The aspects that every message is read for. What was never taught is not learned.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Aspects {
    stance: Option<Aspect>,
    piece: Option<Aspect>,
    moods: Option<Moods>,
    labels: Vec<Labels>,
}

/// What was read of them in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// The stance and its share.
    pub(super) stance: (Stance, f64),
    pub(super) piece: Piece,
}

/// So many of the intents' own examples show what an ordinary message is, evenly spread.
const ORDINARY: usize = 300;
/// And so many of what no intent is about.
const OTHERS: usize = 150;
/// What an ordinary message counts beside a labelled one: its label was not looked at.
const ORDINARY_WEIGHT: f32 = 0.6;
/// What it counts to the stance: some of these messages deny or tell something, whatever they stand for.
const ASKING_WEIGHT: f32 = 0.3;

impl Aspects {
    /// Learns what the lessons have labels of.
    pub(super) fn learn(lessons: &Lessons, basis: &Basis) -> Aspects {
        let all = lessons.intents.iter().flat_map(|lesson| &lesson.examples);
        let count = all.clone().count();
        let ordinary: Vec<&str> = all.step_by((count / ORDINARY).max(1)).map(String::as_str).collect();
        // What no intent is about is no more told, denied or supposed than a request is.
        let others = lessons.none.iter().step_by((lessons.none.len() / OTHERS).max(1)).map(String::as_str);
        let asking: Vec<&str> = ordinary.iter().copied().chain(others).collect();
        let sayings = &lessons.trade.sayings;
        Aspects {
            labels: lessons.labels.iter().map(|set| Labels::learn(basis, set, &ordinary, sayings)).collect(),
            stance: learn(basis, Sight::Manner, &Stance::ALL, &lessons.stances, (&asking, ASKING_WEIGHT), sayings),
            piece: learn(basis, Sight::Matter, &Piece::ALL, &lessons.pieces, (&ordinary, ORDINARY_WEIGHT), sayings),
            moods: moods(lessons, basis),
        }
    }

    /// The mood of a text; by its signs alone where nothing was learned of moods.
    pub(super) fn mood(&self, basis: &Basis, text: &str, parsed: &Parsed) -> Mood {
        match &self.moods {
            Some(moods) => moods.of(basis, text, parsed),
            None => Signs::of(text, &parsed.folded, basis.languages.words()).mood(),
        }
    }

    /// The label that a message most likely shows of a set of the caller's, with its probability; `None` where there is no
    /// such set.
    pub(super) fn label(&self, basis: &Basis, set: &str, parsed: &Parsed) -> Option<(&str, f64)> {
        self.labels.iter().find(|labels| labels.is(set))?.best(basis, parsed)
    }

    /// The labels of a set of the caller's that parts of a message show, in its order.
    pub(super) fn told(&self, basis: &Basis, set: &str, parsed: &Parsed, least: f64) -> Vec<(&str, f64)> {
        let set = self.labels.iter().find(|labels| labels.is(set));
        set.map(|labels| labels.told(basis, parsed, least)).unwrap_or_default()
    }

    /// Reads them in a message.
    pub(super) fn of(&self, basis: &Basis, parsed: &Parsed) -> Shown {
        let sentence = &parsed.sentence;
        let understood = aspect::understood(basis, sentence);
        let best = |aspect: &Option<Aspect>| {
            let shares = aspect.as_ref()?.shares_of(basis, &understood, sentence);
            let best = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]))?;
            Some((best, f64::from(shares[best])))
        };
        let stance = best(&self.stance).map_or((Stance::Wants, 1.0), |(best, share)| (Stance::ALL[best], share));
        let words = parsed.sentence.tokens.iter().filter(|token| !token.filler).count();
        let may_be_piece = words <= LONGEST_PIECE && parsed.sentence.tokens.iter().all(|token| !token.word.is_sign);
        // Most messages are too long to be a piece: nothing need be read then.
        let piece = if may_be_piece { best(&self.piece) } else { None };
        let piece = piece
            .filter(|(_, share)| *share >= if words <= BARE { SURE_BARE_PIECE } else { SURE_PIECE })
            .map_or(Piece::Whole, |(best, _)| Piece::ALL[best]);
        Shown { stance, piece }
    }
}

/// Learns moods, where there are texts of each. The intents' examples, and what no intent is about, are calm for the most
/// part.
fn moods(lessons: &Lessons, basis: &Basis) -> Option<Moods> {
    let texts = |label: &Label<Mood>| label.examples.iter().chain(&label.with_topic).cloned().collect::<Vec<_>>();
    let labelled: Vec<(usize, String)> = lessons
        .moods
        .iter()
        .flat_map(|label| texts(label).into_iter().map(|text| (Moods::class(label.label), text)))
        .collect();
    let taught = |mood| labelled.iter().filter(|(class, _)| *class == Moods::class(mood)).count();
    if [Mood::Calm, Mood::Upset, Mood::Angry].into_iter().any(|mood| taught(mood) < FEWEST_OF_A_MOOD) {
        return None;
    }
    let all = lessons.intents.iter().flat_map(|lesson| &lesson.examples);
    let step = (all.clone().count() / CALM).max(1);
    let ordinary = all.step_by(step).map(String::as_str);
    let step = (lessons.none.len() / CALM_OTHERS).max(1);
    let none = lessons.none.iter().step_by(step).map(String::as_str);
    // What is said in passing and asked further («а если завтра?») shows no mood either; complaints show one.
    let sets = lessons.labels.iter().filter(|set| !set.in_requests);
    let further = || sets.clone().flat_map(|set| &set.labels).flat_map(|(_, texts)| texts);
    let step = (further().count() / CALM_FURTHER).max(1);
    let further = further().step_by(step).map(String::as_str);
    let calm = |text| Labelled::new(text, Moods::class(Mood::Calm), CALM_WEIGHT);
    let ordinary: Vec<Labelled> = ordinary.chain(none).chain(further).map(calm).collect();
    let labelled: Vec<Labelled> = labelled.iter().map(|(label, text)| Labelled::new(text, *label, 1.0)).collect();
    Some(Moods::learn(basis, &labelled, &ordinary))
}

/// So many of the intents' own examples show how people write who are calm for the most part.
const CALM: usize = 2_500;
/// And so many of what no intent is about.
const CALM_OTHERS: usize = 1_500;
/// And so many of what is said in a talk, in few words.
const CALM_FURTHER: usize = 2_500;
/// With fewer examples of a mood nothing can be measured.
const FEWEST_OF_A_MOOD: usize = 20;
/// What an ordinary message counts as a calm one: some are not.
const CALM_WEIGHT: f32 = 0.6;

/// A message of more words than this, filler aside, or with a number, a date or a sum, is no piece.
const LONGEST_PIECE: usize = 5;
/// From this share on a message is taken for a piece: to wait for the rest of one that is whole annoys.
const SURE_PIECE: f64 = 0.7;

/// So few words seldom are a whole message.
const BARE: usize = 1;
/// From this share on so few words are taken for a piece.
const SURE_BARE_PIECE: f64 = 0.3;

/// Learns one aspect, where there are texts of two labels at least. The intents' own examples show the first label, for
/// that is what most messages are.
fn learn<L: PartialEq + Copy>(
    basis: &Basis,
    sight: Sight,
    all: &[L],
    labels: &[Label<L>],
    (ordinary, ordinary_weight): (&[&str], f32),
    sayings: &Sayings,
) -> Option<Aspect> {
    let taught = labels.iter().filter(|label| !label.examples.is_empty() || !label.with_topic.is_empty()).count();
    if taught < 2 {
        return None;
    }
    let number = |label: &L| all.iter().position(|known| known == label).unwrap_or_default();
    let texts = |label: &Label<L>| label.examples.iter().chain(&label.with_topic).cloned().collect::<Vec<_>>();
    let clean: Vec<(usize, String)> =
        labels.iter().flat_map(|label| texts(label).into_iter().map(|text| (number(&label.label), text))).collect();
    let spoilt: Vec<(usize, String)> =
        clean.iter().map(|(label, text)| (*label, sayings.spoil_somehow(text, SPOILT))).collect();
    let mut examples: Vec<Labelled> = clean
        .iter()
        .map(|(label, text)| Labelled::new(text, *label, 1.0))
        .chain(spoilt.iter().map(|(label, text)| Labelled::new(text, *label, SPOILT_WEIGHT)))
        .collect();
    examples.extend(ordinary.iter().map(|text| Labelled::new(text, 0, ordinary_weight)));
    let manners: Vec<&str> = labels.iter().flat_map(|label| &label.examples).map(String::as_str).collect();
    Some(Aspect::learn(basis, sight, all.len(), &manners, &examples))
}

/// The seed of the spoilt copies.
const SPOILT: u64 = 23;
