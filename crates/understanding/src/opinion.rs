//! What is known, and the two opinions on a message brought together with the evidence for them.

use super::calibration::{Calibration, EVIDENCE, Facts};
use super::dictionary::Dictionary;
use super::features::Features;
use super::language::Language;
use super::languages::Languages;
use super::lessons::NONE;
use super::lexicon::{Lexicon, Sentence, Token, View};
use super::linear::{Columns, Linear, Row};
use super::nearest::{Nearest, Similar};
use super::plausible::Tongues;
use super::reading::Slots;
use super::stretch::{Stretch, Typed};
use super::trade::Trade;
use super::understood::Understood;
use super::words::{self, Word};
use super::{layout, normalize, requests, slots};

/// What does not depend on the part of the examples that is held out.
#[derive(Clone, Debug, Default)]
pub(super) struct Basis {
    /// The intents, in the order of the lessons; «none» is the class after the last.
    pub(super) intents: Vec<String>,
    pub(super) trade: Trade,
    pub(super) languages: Languages,
    pub(super) dictionary: Dictionary,
    pub(super) tongues: Tongues,
    pub(super) lexicon: Lexicon,
    pub(super) columns: Columns,
    pub(super) nearest: Nearest,
    /// The examples behind the numbers of `nearest`: text and class.
    pub(super) examples: Vec<(String, usize)>,
}

/// A message as words, before the vocabulary has its say.
#[derive(Clone, Debug)]
pub(super) struct Spelt {
    pub(super) folded: String,
    pub(super) slots: Slots,
    pub(super) words: Vec<Word>,
}

/// A message taken apart.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) folded: String,
    pub(super) slots: Slots,
    pub(super) language: Language,
    pub(super) sentence: Sentence,
}

impl Parsed {
    /// A part of a message, still without its words.
    pub(super) fn of_part(whole: &Parsed) -> Parsed {
        Parsed {
            folded: String::new(),
            slots: Slots::default(),
            language: whole.language,
            sentence: Sentence::default(),
        }
    }
}

impl Basis {
    /// The class of what must not be answered.
    pub(super) fn none(&self) -> usize {
        self.intents.len()
    }

    /// The name of a class.
    pub(super) fn name(&self, class: usize) -> &str {
        self.intents.get(class).map_or(NONE, String::as_str)
    }

    fn is_small_talk(&self, class: usize) -> bool {
        self.trade.is_small_talk(self.name(class))
    }

    /// Whether a part of a message only turns the robot down («не хочу говорить с роботом»).
    /// Beside a request that is a mood, not a request for a person.
    fn rejects_robot(&self, part: &[Token]) -> bool {
        let senses = self.dictionary.senses();
        let speaks_of =
            |kinds: &[u32]| kinds.iter().any(|sense| part.iter().any(|token| token.lexeme.has_sense(*sense)));
        part.iter().any(|token| token.lexeme.negates) && speaks_of(senses.robot()) && !speaks_of(senses.person())
    }

    /// Undoes what can be undone without the vocabulary.
    pub(super) fn spell(&self, text: &str) -> Spelt {
        let folded = normalize::fold(text);
        let (mut slots, masked) = slots::find(&folded, &self.trade.numbers, self.languages.words());
        let mut stretches = layout::undo(&masked, &self.tongues);
        // «ljcnfdmnt pfdnhf»: there may be a date in what was meant.
        if stretches.iter().any(|stretch| stretch.typed == Typed::OtherLayout) {
            let meant: Vec<&str> = stretches.iter().map(|stretch| stretch.text.as_str()).collect();
            let (more, masked) = slots::find(&meant.join(" "), &self.trade.numbers, self.languages.words());
            if more != Slots::default() {
                let typed = Typed::OtherLayout;
                stretches = masked.split(' ').map(|part| Stretch { text: part.to_owned(), typed }).collect();
                slots.dates.extend(more.dates);
                slots.sums.extend(more.sums);
                slots.order_numbers.extend(more.order_numbers);
                slots.phones.extend(more.phones);
                slots.tracking_numbers.extend(more.tracking_numbers);
            }
        }
        Spelt { words: words::read_words(&stretches), folded, slots }
    }

    /// Looks the words up; `learning` also finds corrections for words of a single fold.
    pub(super) fn parse(&self, spelt: Spelt, learning: bool) -> Parsed {
        let Spelt { folded, slots, words } = spelt;
        let words = self.lexicon.regroup(words, &self.tongues);
        let language = self.tongues.language(words.iter().filter(|word| !word.is_sign).map(|word| word.text.as_str()));
        let question = folded.contains('?');
        let sentence = self.lexicon.sentence(words, question, &self.dictionary, &self.tongues, learning);
        Parsed { folded, slots, language, sentence }
    }
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

/// What a whole message comes to.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) opinion: Opinion,
    pub(super) confidence: f64,
    /// The requests seen in parts of the message, in their order: class and confidence.
    pub(super) requests: Vec<(usize, f64)>,
}

/// How much nearness counts beside the linear model's logarithm.
const NEARNESS: f64 = 2.5;
/// What a part of a message may say, as a share of its confidence: the rest was not heard by it.
const PART: f64 = 0.8;
/// A part of fewer words has no say in the whole.
const SHORTEST_PART: usize = 3;
/// A whole below this confidence gives way to a part of at least the next one.
const WEAK: f64 = 0.2;
const STRONG: f64 = 0.7;

/// Judges with a model under a view: the final one under all, a fold's one without its fold.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) basis: &'a Basis,
    pub(super) linear: &'a Linear,
    pub(super) view: View,
}

impl Judge<'_> {
    pub(super) fn opinion(&self, tokens: &[Token], question: bool) -> Opinion {
        let features = self.basis.lexicon.features(tokens, question, self.view);
        let row = self.basis.columns.row(&features.list);
        self.opinion_on(&features, &row)
    }

    pub(super) fn opinion_on(&self, features: &Features, row: &Row) -> Opinion {
        let none = self.basis.none();
        let p = self.linear.probabilities(row);
        let similar = self.basis.nearest.similar(&features.terms, self.view);
        let mut shares: Vec<f64> = p
            .iter()
            .zip(similar.best.iter().zip(&similar.three))
            .map(|(p, (best, three))| f64::from(p.max(1e-9)) * (NEARNESS * f64::from(best + three) / 2.0).exp())
            .collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        let top = best_but(&shares, none, none);
        let facts = self.facts(&p, &similar, &shares, top, &features.words);
        Opinion { shares, top, facts }
    }

    /// Hears a message as a whole, then its parts: a long story dilutes what one clause says
    /// plainly, and a second request is seen in parts only. `sure` is the confidence of a request.
    pub(super) fn verdict(&self, sentence: &Sentence, whole: Opinion, calibration: &Calibration, sure: f64) -> Verdict {
        let confidence = calibration.confidence(&whole.facts);
        let mut verdict = Verdict { opinion: whole, confidence, requests: Vec::new() };
        let (whole_top, whole_confidence) = (verdict.opinion.top, confidence);
        let mut robot_rejected = false;
        let mut only_request: Option<(Opinion, f64)> = None;
        for part in requests::parts(&sentence.tokens) {
            let opinion = self.opinion(part, sentence.question);
            let confidence = calibration.confidence(&opinion.facts);
            let rejects_robot = self.basis.rejects_robot(part);
            robot_rejected |= rejects_robot;
            if rejects_robot || self.basis.is_small_talk(opinion.top) {
                continue;
            }
            let same = opinion.top == whole_top;
            let told = confidence * PART;
            let rescues = whole_confidence < WEAK && confidence > STRONG;
            if confidence >= sure && verdict.requests.iter().all(|(class, _)| *class != opinion.top) {
                verdict.requests.push((opinion.top, confidence));
                only_request = (verdict.requests.len() == 1).then(|| (opinion.clone(), confidence));
            }
            if part.len() >= SHORTEST_PART && told > verdict.confidence && (same || rescues) {
                verdict.confidence = told;
                verdict.opinion = opinion;
            }
        }
        // Small talk around a request, or «не хочу говорить с роботом» before it: the request wins.
        let top = verdict.opinion.top;
        let aside =
            self.basis.is_small_talk(top) || (robot_rejected && self.basis.name(top) == self.basis.trade.person);
        if aside && let Some((opinion, confidence)) = only_request {
            verdict.opinion = opinion;
            verdict.confidence = confidence;
        }
        verdict
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

impl Judge<'_> {
    /// The evidence for the top class, in the order of `calibration::NAMES`.
    fn facts(&self, p: &[f32], similar: &Similar, shares: &[f64], top: usize, words: &[Understood]) -> Facts {
        let none = shares.len() - 1;
        let second = best_but(shares, none, top);
        let ln = |x: f64| x.max(1e-6).ln();
        let logit = |x: f64| (x.clamp(1e-6, 1.0 - 1e-6) / (1.0 - x).clamp(1e-6, 1.0)).ln();
        let near = |class: usize| f64::from(similar.best.get(class).copied().unwrap_or(0.0));
        let others = (0..none).filter(|class| *class != top).map(near).fold(0.0, f64::max);
        let linear_top = (0..none).fold(0, |best, class| if p[class] > p[best] { class } else { best });
        let (mut foreign, mut from_none) = (0.0, 0.0);
        let (mut all, mut known, mut from_intent, mut repaired, mut count) = (1e-6, 0.0, 0.0, 0.0, 0.0);
        for word in words.iter().filter(|word| !word.filler) {
            let weight = f64::from(word.weight);
            let trust = f64::from(word.trust);
            all += weight;
            known += weight * trust;
            let classes = self.basis.lexicon.classes(&word.lexeme, self.view);
            if classes.has(top) {
                from_intent += weight * trust;
            } else {
                foreign = f64::max(foreign, weight);
            }
            if classes.has(none) {
                from_none += weight * trust;
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
            f64::from(u8::from(linear_top == top)),
            linear * near(top),
            known / all * near(top),
            foreign,
            ln(f64::from(p[top])) - ln(f64::from(p[none])),
            -shares.iter().map(|share| share * ln(*share)).sum::<f64>(),
            from_none / all,
            f64::ln(1.0 + count).powi(2),
        ];
        facts
    }
}
