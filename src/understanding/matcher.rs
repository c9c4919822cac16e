//! What was learned from the phrasebook, and reading with it.

use super::calibration::{self, Calibration, EVIDENCE, Facts, Judged};
use super::features::{FOLDS, Features, Lexicon, Sentence, Token, View};
use super::hash::{Map, Set};
use super::linear::{Columns, Linear, Row, Sample, Target};
use super::nearest::{Nearest, Similar};
use super::plausible::Tongues;
use super::words::{self, Dictionary, Word};
use super::{
    Candidate, Language, Lessons, NONE, Reading, SMALL_TALK, decision, layout, mood, noise, normalize, slots, wishes,
};

/// Confidence from which to answer and from which to ask, 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// At or above: answer.
    pub answer: f64,
    /// At or above: ask.
    pub clarify: f64,
}

/// One message of the phrasebook as it was read while its part was held out.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidated {
    /// The message, perhaps spoilt.
    pub text: String,
    /// Its true intent; «none» for what must not be answered.
    pub truth: String,
    /// The intent that came out on top.
    pub predicted: String,
    /// The confidence in it, 0..1.
    pub confidence: f64,
    /// Whether noise was put on it.
    pub noised: bool,
}

/// Everything learned from [`Lessons`]; made once, read by many.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(super) learned: Learned,
    pub(super) linear: Linear,
    pub(super) calibration: Calibration,
    pub(super) thresholds: Thresholds,
    formats: Vec<String>,
    cross_validated: Vec<CrossValidated>,
}

/// What does not depend on the part of the examples that is held out.
#[derive(Clone, Debug, Default)]
pub(super) struct Learned {
    /// The intents, in the order of the lessons; «none» is the class after the last.
    pub(super) intents: Vec<String>,
    pub(super) dictionary: Dictionary,
    pub(super) tongues: Option<Tongues>,
    pub(super) lexicon: Lexicon,
    pub(super) columns: Columns,
    pub(super) nearest: Nearest,
    /// The examples behind the numbers of `nearest`: text and class.
    pub(super) examples: Vec<(String, usize)>,
}

/// One text to learn from.
struct Example {
    text: String,
    target: Target,
    fold: usize,
}

/// The two opinions on a message, brought together.
#[derive(Clone, Debug)]
pub(super) struct Opinion {
    /// The share of each class, «none» last; they sum to 1.
    pub(super) shares: Vec<f64>,
    /// The best class but «none».
    pub(super) top: usize,
    pub(super) facts: Facts,
}

/// How much nearness counts beside the linear model's logarithm.
const NEARNESS: f64 = 2.5;
/// Examples next to each other are often alike: they are held out together.
const NEIGHBOURS: usize = 3;
const NEIGHBOURS_NONE: usize = 10;
/// Spoilt copies made of each example, to learn from and to judge by.
const SEED_LEARN: u64 = 11;
const SEED_JUDGE: u64 = 23;
/// The share of messages out of scope that calibration reckons with.
const OUT_OF_SCOPE: f64 = 0.4;

impl Matcher {
    /// Learns from the lessons: the words, both opinions, and by cross-validation how far they
    /// can be trusted. The same lessons always give the same matcher.
    pub fn new(lessons: &Lessons) -> Matcher {
        let intents = intents_of(lessons);
        let none = intents.len();
        let examples = examples_of(lessons, &intents);
        let folded: Vec<String> = examples.iter().map(|e| normalize::fold(&e.text)).collect();
        let mut learned = Learned {
            dictionary: Dictionary::new(&lessons.synonyms, &lessons.filler),
            tongues: Some(Tongues::new(folded.iter().map(String::as_str))),
            intents,
            ..Learned::default()
        };
        let formats = &lessons.carrier_formats;
        let clean: Vec<(Vec<Word>, usize, usize)> = examples
            .iter()
            .map(|e| {
                let class = match e.target {
                    Target::Is(class) => class,
                    Target::IsNot(_) => none,
                };
                (learned.words(&e.text, formats).words, e.fold, class)
            })
            .collect();
        learned.lexicon = Lexicon::new(&clean, &learned.dictionary, learned.tongues());
        let sentences: Vec<Sentence> =
            examples.iter().map(|e| learned.sentence(&e.text, formats, true).sentence).collect();
        let features: Vec<Features> = sentences.iter().map(|s| learned.lexicon.features(s, View::All)).collect();
        learned.columns = Columns::new(features.iter().map(|f| f.list.as_slice()));
        let mut near = Vec::with_capacity(examples.len());
        for (example, features) in examples.iter().zip(&features) {
            if let Target::Is(class) = example.target {
                near.push((features.terms.clone(), class, example.fold));
                learned.examples.push((example.text.clone(), class));
            }
        }
        learned.nearest = Nearest::new(&near, none + 1);

        let mut rows: Vec<(Row, Target, usize)> = Vec::with_capacity(examples.len() * 2);
        for (example, features) in examples.iter().zip(&features) {
            rows.push((learned.columns.row(&features.list), example.target, example.fold));
        }
        for example in &examples {
            let spoilt = noise::spoil_somehow(&example.text, SEED_LEARN);
            let sentence = learned.sentence(&spoilt, formats, false).sentence;
            let features = learned.lexicon.features(&sentence, View::All);
            rows.push((learned.columns.row(&features.list), example.target, example.fold));
        }
        let train = |held_out: Option<usize>| {
            let samples: Vec<Sample> = rows
                .iter()
                .filter(|(.., fold)| Some(*fold) != held_out)
                .map(|(row, target, _)| Sample { row, target: *target, weight: 1.0 })
                .collect();
            Linear::train(&samples, learned.columns.len(), none + 1)
        };
        let models: Vec<Linear> = std::thread::scope(|scope| {
            let train = &train;
            let threads: Vec<_> =
                (0..FOLDS).map(Some).chain([None]).map(|held_out| scope.spawn(move || train(held_out))).collect();
            threads.into_iter().map(|t| t.join().unwrap_or_default()).collect()
        });
        let mut judged: Vec<(Judged, CrossValidated)> = Vec::with_capacity(examples.len() * 2);
        for (example, sentence) in examples.iter().zip(&sentences) {
            let spoilt = noise::spoil_somehow(&example.text, SEED_JUDGE);
            let noised = learned.sentence(&spoilt, formats, true).sentence;
            for (text, sentence, is_noised) in [(&example.text, sentence, false), (&spoilt, &noised, true)] {
                let view = View::Without(example.fold);
                let features = learned.lexicon.features(sentence, view);
                let opinion = learned.opinion(&features, &models[example.fold], view);
                let (truth, right) = match example.target {
                    Target::Is(class) => (class, class == opinion.top),
                    Target::IsNot(class) if class == opinion.top => (none, false),
                    // What it is instead is not known: nothing to judge by.
                    Target::IsNot(_) => continue,
                };
                judged.push((
                    Judged { facts: opinion.facts, right, weight: 1.0 },
                    CrossValidated {
                        text: text.clone(),
                        truth: learned.name(truth).to_owned(),
                        predicted: learned.name(opinion.top).to_owned(),
                        confidence: 0.0,
                        noised: is_noised,
                    },
                ));
            }
        }
        weigh(&mut judged);
        let only: Vec<Judged> = judged.iter().map(|(j, _)| j.clone()).collect();
        let calibration = Calibration::fit(&only);
        let confident: Vec<(f64, bool, f64)> =
            only.iter().map(|j| (calibration.confidence(&j.facts), j.right, j.weight)).collect();
        let precision = if lessons.precision > 0.0 { lessons.precision.min(1.0) } else { 0.95 };
        let answer = calibration::threshold(&confident, precision);
        let thresholds = Thresholds { answer, clarify: (answer * 0.5).min(0.4) };
        let cross_validated = judged
            .into_iter()
            .zip(confident)
            .map(|((_, cv), (confidence, ..))| CrossValidated { confidence, ..cv })
            .collect();
        let linear = models.into_iter().next_back().unwrap_or_default();
        Matcher { learned, linear, calibration, thresholds, formats: formats.clone(), cross_validated }
    }

    /// The thresholds that were chosen for the wanted precision.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Every message of the phrasebook as it was read while held out, clean and noised: what the
    /// thresholds were chosen by.
    pub fn cross_validation(&self) -> &[CrossValidated] {
        &self.cross_validated
    }

    /// The intents, in the order of the lessons.
    pub fn intents(&self) -> &[String] {
        &self.learned.intents
    }

    pub(super) fn read(&self, text: &str) -> Reading {
        let heard = self.learned.sentence(text, &self.formats, false);
        let judgement = self.judge(&heard.sentence);
        let (decision, intent) = decision::decide(&judgement.candidates, &self.thresholds);
        let wordless = heard.sentence.tokens.is_empty();
        Reading {
            decision,
            intent,
            confidence: judgement.candidates.first().map_or(0.0, |c| c.confidence),
            candidates: judgement.candidates,
            wishes: judgement.wishes,
            mood: mood::of(text, &heard.folded),
            slots: heard.slots,
            language: heard.language,
            wordless,
        }
    }

    pub(super) fn hear(&self, text: &str) -> Heard {
        self.learned.sentence(text, &self.formats, false)
    }

    /// Judges a sentence as a whole and, for a second wish, in its parts.
    pub(super) fn judge(&self, sentence: &Sentence) -> Judgement {
        if sentence.tokens.is_empty() || self.learned.intents.is_empty() {
            let nothing = self.learned.intents.iter().map(|i| Candidate { intent: i.clone(), confidence: 0.0 });
            return Judgement { candidates: nothing.collect(), wishes: Vec::new() };
        }
        let (opinion, confidence) = self.judge_part(&sentence.tokens, sentence.question);
        let mut candidates = self.candidates(&opinion, confidence);
        let mut found: Vec<(usize, f64, Opinion)> = Vec::new();
        for part in wishes::parts(&sentence.tokens) {
            let (opinion, confidence) = self.judge_part(part, sentence.question);
            let small_talk = SMALL_TALK.contains(&self.learned.name(opinion.top));
            if confidence >= self.thresholds.answer && !small_talk && found.iter().all(|(top, ..)| *top != opinion.top)
            {
                found.push((opinion.top, confidence, opinion));
            }
        }
        // Small talk around a wish: the wish wins.
        if SMALL_TALK.contains(&self.learned.name(opinion.top))
            && let [(_, confidence, opinion)] = found.as_slice()
        {
            candidates = self.candidates(opinion, *confidence);
        }
        let wishes = match found.as_slice() {
            [(first, ..), (second, ..), ..] => {
                vec![self.learned.name(*first).to_owned(), self.learned.name(*second).to_owned()]
            }
            _ => candidates
                .first()
                .filter(|top| top.confidence >= self.thresholds.clarify)
                .map(|top| top.intent.clone())
                .into_iter()
                .collect(),
        };
        Judgement { candidates, wishes }
    }

    fn judge_part(&self, tokens: &[Token], question: bool) -> (Opinion, f64) {
        let features = self.learned.lexicon.features_of(tokens, question, View::All);
        let opinion = self.learned.opinion(&features, &self.linear, View::All);
        let confidence = self.calibration.confidence(&opinion.facts);
        (opinion, confidence)
    }

    /// The intents best first: the top one with its confidence, the rest with their part of what
    /// is left, never more than the top one.
    fn candidates(&self, opinion: &Opinion, confidence: f64) -> Vec<Candidate> {
        let rest: f64 = 1.0 - opinion.shares[opinion.top];
        let mut candidates: Vec<Candidate> = self
            .learned
            .intents
            .iter()
            .zip(&opinion.shares)
            .enumerate()
            .map(|(class, (intent, share))| {
                let part = (1.0 - confidence) * share / rest.max(1e-12);
                let confidence = if class == opinion.top { confidence } else { part.min(confidence) };
                Candidate { intent: intent.clone(), confidence }
            })
            .collect();
        let top = candidates.remove(opinion.top);
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        candidates.insert(0, top);
        candidates
    }
}

/// The candidates for a message, and the wishes in it.
pub(super) struct Judgement {
    pub(super) candidates: Vec<Candidate>,
    pub(super) wishes: Vec<String>,
}

/// A message taken apart.
pub(super) struct Heard {
    pub(super) folded: String,
    pub(super) slots: super::Slots,
    pub(super) language: Language,
    pub(super) sentence: Sentence,
}

/// A message as words, before the vocabulary had its say.
struct Spelt {
    folded: String,
    slots: super::Slots,
    words: Vec<Word>,
}

impl Learned {
    pub(super) fn tongues(&self) -> &Tongues {
        self.tongues.as_ref().expect("set when the matcher is made")
    }

    /// The name of a class.
    pub(super) fn name(&self, class: usize) -> &str {
        self.intents.get(class).map_or(NONE, String::as_str)
    }

    fn words(&self, text: &str, formats: &[String]) -> Spelt {
        let folded = normalize::fold(text);
        let (slots, masked) = slots::find(&folded, formats);
        let stretches = layout::undo(&masked, self.tongues());
        Spelt { words: words::read_words(&stretches), folded, slots }
    }

    fn sentence(&self, text: &str, formats: &[String], learning: bool) -> Heard {
        let Spelt { folded, slots, words } = self.words(text, formats);
        let words = self.lexicon.regroup(words, self.tongues());
        let (mut latin, mut letters) = (0usize, 0usize);
        for c in words.iter().filter(|w| !w.is_sign).flat_map(|w| w.text.chars()) {
            latin += usize::from(normalize::is_latin(c));
            letters += usize::from(c.is_alphabetic());
        }
        let language = if latin * 2 > letters { Language::En } else { Language::Ru };
        let question = folded.contains('?');
        let sentence = self.lexicon.sentence(words, question, &self.dictionary, self.tongues(), learning);
        Heard { folded, slots, language, sentence }
    }

    /// Brings the two opinions on a message together.
    pub(super) fn opinion(&self, features: &Features, linear: &Linear, view: View) -> Opinion {
        let none = self.intents.len();
        let row = self.columns.row(&features.list);
        let p = linear.probabilities(&row);
        let similar = self.nearest.similar(&features.terms, view);
        let mut shares: Vec<f64> = p
            .iter()
            .zip(similar.best.iter().zip(&similar.three))
            .map(|(p, (best, three))| {
                f64::from(p.max(1e-9)) * (super::hash::knob("NEARNESS", NEARNESS) * f64::from(best + three) / 2.0).exp()
            })
            .collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        let top = best_but(&shares, none, none);
        let facts = facts(&p, &similar, &shares, top, none, features);
        Opinion { shares, top, facts }
    }
}

/// The best class among the intents, leaving one out.
fn best_but(shares: &[f64], none: usize, but: usize) -> usize {
    let mut best = usize::from(but == 0 && none > 1);
    for class in (0..none).filter(|class| *class != but) {
        if shares[class] > shares[best] {
            best = class;
        }
    }
    best
}

fn facts(p: &[f32], similar: &Similar, shares: &[f64], top: usize, none: usize, features: &Features) -> Facts {
    let second = best_but(shares, none, top);
    let ln = |x: f64| x.max(1e-6).ln();
    let logit = |x: f64| (x.clamp(1e-6, 1.0 - 1e-6) / (1.0 - x).clamp(1e-6, 1.0)).ln();
    let near = |class: usize| f64::from(similar.best.get(class).copied().unwrap_or(0.0));
    let others = (0..none).filter(|class| *class != top).map(near).fold(0.0, f64::max);
    let best_by_p = best_but(&p.iter().map(|p| f64::from(*p)).collect::<Vec<_>>(), none, none);
    let told = features.words.iter().filter(|word| !word.filler);
    let (mut all, mut known, mut from_intent, mut repaired, mut count) = (1e-6, 0.0, 0.0, 0.0, 0.0);
    for word in told {
        let weight = f64::from(word.weight);
        let trust = f64::from(word.trust);
        all += weight;
        known += weight * trust;
        if word.intents >> top.min(63) & 1 == 1 {
            from_intent += weight * trust;
        }
        repaired += if word.trust > 0.0 && word.trust < 1.0 { weight } else { 0.0 };
        count += 1.0;
    }
    let linear = logit(f64::from(p[top]));
    let facts: [f64; EVIDENCE] = [
        linear,
        ln(shares[top]) - ln(shares[second]),
        ln(shares[top]) - ln(shares[none]),
        near(top),
        f64::from(similar.three[top]),
        near(top) - others,
        near(top) - near(none),
        known / all,
        from_intent / all,
        repaired / all,
        f64::ln(1.0 + count),
        f64::from(u8::from(best_by_p == top)),
        linear * near(top),
        known / all * near(top),
    ];
    facts
}

fn intents_of(lessons: &Lessons) -> Vec<String> {
    let mut intents: Vec<String> = Vec::new();
    for lesson in &lessons.intents {
        if lesson.intent != NONE && !intents.contains(&lesson.intent) {
            intents.push(lesson.intent.clone());
        }
    }
    intents
}

/// All texts to learn from, each once; a near miss that is an example of something else is that.
fn examples_of(lessons: &Lessons, intents: &[String]) -> Vec<Example> {
    let none = intents.len();
    let mut seen: Set<String> = Set::default();
    let mut examples: Vec<Example> = Vec::new();
    let mut counters: Map<usize, usize> = Map::default();
    let mut add = |text: &str, target: Target| {
        let folded = normalize::fold(text);
        if folded.trim().is_empty() || !seen.insert(folded) {
            return;
        }
        let (class, neighbours) = match target {
            Target::Is(class) if class == none => (class, NEIGHBOURS_NONE),
            Target::Is(class) => (class, NEIGHBOURS),
            Target::IsNot(class) => (none + 1 + class, NEIGHBOURS),
        };
        let number = counters.entry(class).or_insert(0);
        let fold = (*number / neighbours + class) % FOLDS;
        *number += 1;
        examples.push(Example { text: text.to_owned(), target, fold });
    };
    let class_of = |intent: &str| intents.iter().position(|i| i == intent);
    for lesson in &lessons.intents {
        let class = class_of(&lesson.intent).unwrap_or(none);
        lesson.examples.iter().for_each(|text| add(text, Target::Is(class)));
    }
    lessons.none.iter().for_each(|text| add(text, Target::Is(none)));
    for lesson in &lessons.intents {
        if let Some(class) = class_of(&lesson.intent) {
            lesson.not_examples.iter().for_each(|text| add(text, Target::IsNot(class)));
        }
    }
    examples
}

/// Weighs the judged messages so that what is out of scope has its part.
fn weigh(judged: &mut [(Judged, CrossValidated)]) {
    let out = judged.iter().filter(|(_, cv)| cv.truth == NONE).count() as f64;
    let within = judged.len() as f64 - out;
    if out == 0.0 || within == 0.0 {
        return;
    }
    for (j, cv) in judged.iter_mut() {
        let share = if cv.truth == NONE { OUT_OF_SCOPE / out } else { (1.0 - OUT_OF_SCOPE) / within };
        j.weight = share * (out + within);
    }
}
