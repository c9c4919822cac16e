//! Learning from the phrasebook: what is known of words, the models, and by cross-validation how
//! far they can be trusted.
//!
//! The examples are parted into folds. A model for each fold learns from the rest, with a spoilt
//! copy beside every example, and judges the fold, spoilt copies too; calibration and thresholds
//! come from these judgements. The model that reads learns from everything.

use std::borrow::Cow;

use super::aspects::Aspects;
use super::calibration::{self, Calibration, Estimate, Facts, Judged};
use super::decision::Thresholds;
use super::dictionary::Dictionary;
use super::hash::{self, Dice, Map, Set};
use super::languages::{Languages, Spoken};
use super::lessons::{self, Lesson, Lessons, NONE};
use super::lexicon::{FOLDS, Groups, Lexicon, View};
use super::linear::{Counts, Linear, Row, Sample, Target};
use super::matcher::{HeldOut, JudgedHeldOut, Matcher};
use super::nearest::{Known, Nearest};
use super::noise::Sayings;
use super::normalize;
use super::opinion::{Basis, Examples, Heard, Judge, Spelt};
use super::packed::Packed;
use super::plausible::Tongues;
use super::senses::Senses;

/// Examples next to each other are often alike: they are held out together.
const NEIGHBOURS: usize = 3;
const NEIGHBOURS_NONE: usize = 10;
/// The seed of the spoilt copies.
const SEED: u64 = 11;
/// How often a spoilt copy says another word for what the trade deals in.
const THINGS: f64 = 0.4;
/// The share of messages out of scope that calibration reckons with, and which part of these are of intents that nothing
/// was learned of.
const OUT_OF_SCOPE: f64 = 0.33;
const NEVER_LEARNED: f64 = 0.2;
/// The same where the lessons do not tell what is out of scope: nobody knows then how much of it there is.
const OUT_OF_SCOPE_UNTOLD: f64 = 0.75;
/// What was never learned as a part of what is out of scope, where it is learned what to trust.
const NEVER_LEARNED_IN_FIT: f64 = 0.25;
/// What a copy with something neutral beside it counts in learning.
const NEUTRAL_WEIGHT: f32 = 0.8;
/// Where fewer messages have parts, nothing is measured of parts.
const FEWEST_IN_PARTS: usize = 200;
/// An intent of fewer examples has too few.
const FEW: usize = 12;
/// From more examples than this only some, evenly spread, are studied by the models and in
/// cross-validation; all of them count as known and can be the nearest.
const MOST_STUDIED: usize = 24_000;
/// So many examples are together while their features are counted.
const TOGETHER: usize = 2_048;
/// So many models are learned at a time: each takes as much as the one that reads.
const MOST_MODELS: usize = 3;

/// One text to learn from.
struct Example {
    text: String,
    question: bool,
    target: Target,
    fold: usize,
    studied: bool,
}

/// What became of a text before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copied {
    Clean,
    Spoilt,
    /// With something beside it that changes nothing («, заказ 48151»).
    Neutral,
}

/// A text as it was read: no more of it than is dear to find again, for there are tens of thousands.
struct Read<'a> {
    example: &'a Example,
    text: Cow<'a, str>,
    copied: Copied,
    words: Packed,
    question: bool,
    /// How its words were understood when all examples counted as known.
    understanding: u64,
    row: Row,
    key: u64,
}

impl Matcher {
    /// Learns from the lessons: the words, both opinions, and by cross-validation how far they can be trusted. The same
    /// lessons always give the same matcher. Takes two to three seconds for 10,000 examples with labels on two cores, and uses up to eight.
    ///
    /// Few lessons do no harm: where the held-out examples were all read rightly, or all wrongly, there is nothing to measure
    /// trust by, and no message is answered.
    pub fn new(lessons: &Lessons) -> Matcher {
        learn(lessons)
    }
}

/// Learns everything; the same lessons always give the same matcher.
fn learn(lessons: &Lessons) -> Matcher {
    let (intents, classes) = intents_of(lessons);
    let examples = examples_of(lessons, &classes);
    let (basis, reads) = know(lessons, intents, &examples);
    let (linear, Measured { calibration, parts, thresholds, cross_validated, estimate }) =
        calibrate(lessons, &basis, &reads);
    drop(reads);
    drop(examples);
    let aspects = Aspects::learn(lessons, &basis);
    Matcher {
        basis,
        linear,
        calibration,
        parts,
        estimate,
        thresholds,
        cross_validated,
        aspects,
        precision: lessons.precision,
    }
}

/// What is known of words, without what the models need, from the words of the examples as [`spelt`] found them. `None`
/// where these are not theirs.
pub(super) fn ground(lessons: &Lessons, spelt: &[Packed]) -> Option<Basis> {
    let (intents, classes) = intents_of(lessons);
    let examples = examples_of(lessons, &classes);
    (examples.len() == spelt.len()).then(|| {
        let mut basis = letters_of(lessons, intents, &examples);
        know_words(&mut basis, &examples, spelt);
        basis
    })
}

/// The words of the examples: what takes longest of what is known of words.
pub(super) fn spelt(lessons: &Lessons, basis: &Basis) -> Vec<Packed> {
    let (_, classes) = intents_of(lessons);
    spell(basis, &examples_of(lessons, &classes))
}

fn spell(basis: &Basis, examples: &[Example]) -> Vec<Packed> {
    side_by_side(examples, |example| Packed::new(&basis.spell(&example.text).words))
}

/// What is known of words by their letters, whatever the examples are about.
fn letters_of(lessons: &Lessons, intents: Vec<String>, examples: &[Example]) -> Basis {
    let folded: Vec<String> = examples.iter().map(|e| normalize::fold(&e.text)).collect();
    let shipped = if lessons.languages.is_empty() { Spoken::shipped() } else { Vec::new() };
    let spoken = if lessons.languages.is_empty() { &shipped } else { &lessons.languages };
    let languages = Languages::new(spoken);
    let trade = &lessons.trade;
    Basis {
        intents,
        dictionary: Dictionary::new(&languages, &trade.thesaurus, &lessons.synonyms, &lessons.filler),
        tongues: Tongues::new(spoken, &languages, &trade.thesaurus, folded.iter().map(String::as_str)),
        trade: trade.clone(),
        languages,
        ..Basis::default()
    }
}

/// Learns which words the examples have.
fn know_words(basis: &mut Basis, examples: &[Example], spelt: &[Packed]) {
    let none = basis.none();
    let class_of = |example: &Example| match example.target {
        Target::Is(class) => class,
        Target::IsNot(_) => none,
    };
    let clean: Vec<(&Packed, usize, usize)> =
        examples.iter().zip(spelt).map(|(example, words)| (words, example.fold, class_of(example))).collect();
    basis.lexicon = Lexicon::new(&clean, Groups::new(none), &basis.dictionary, &basis.tongues);
    let known = examples.iter().filter(|example| matches!(example.target, Target::Is(_)));
    basis.examples = Examples {
        texts: known.clone().map(|example| example.text.as_str()).collect(),
        classes: known.map(|example| class_of(example) as u32).collect(),
    };
}

/// What is known of words, and the examples read with it.
fn know<'a>(lessons: &Lessons, intents: Vec<String>, examples: &'a [Example]) -> (Basis, Vec<Read<'a>>) {
    let (none, trade) = (intents.len(), &lessons.trade);
    let mut basis = letters_of(lessons, intents, examples);
    let spelt = spell(&basis, examples);
    know_words(&mut basis, examples, &spelt);
    // A list of features is long, and there is one for each example: few of them at a time are kept, and made once more
    // when it is known which features count.
    let mut counts = Counts::default();
    let mut near = Vec::with_capacity(examples.len());
    for (examples, spelt) in examples.chunks(TOGETHER).zip(spelt.chunks(TOGETHER)) {
        let pairs: Vec<(&Example, &Packed)> = examples.iter().zip(spelt).collect();
        let features = side_by_side(&pairs, |(example, words)| {
            let sentence = basis.sentence(&basis.regroup(words), example.question, true);
            basis.lexicon.features(&sentence.tokens, sentence.question, View::All)
        });
        for (example, features) in examples.iter().zip(features) {
            if example.studied {
                counts.add(&features.list);
            }
            if let Target::Is(class) = example.target {
                near.push(Known { terms: features.terms, class, fold: example.fold });
            }
        }
    }
    basis.columns = counts.columns();
    basis.nearest = Nearest::new(&near, none + 1, Groups::new(none));
    drop(near);
    let basis = basis;
    let read = |example: &'a Example, text: Cow<'a, str>, words: Packed, question: bool, copied: Copied| {
        let sentence = basis.sentence(&words, question, true);
        let features = basis.lexicon.features(&sentence.tokens, question, View::All);
        let key = hash::of(copied as u8, &text);
        let (understanding, row) = (features.understanding(), basis.columns.row(&features.list));
        Read { example, text, copied, words, question, understanding, row, key }
    };
    let read_copy = |example: &'a Example, text: String, copied: Copied| {
        let Spelt { words, folded, .. } = basis.spell(&text);
        let words = basis.regroup(&Packed::new(&words));
        read(example, text.into(), words, folded.contains('?'), copied)
    };
    let clean = examples.iter().zip(spelt).filter(|(example, _)| example.studied);
    let clean: Vec<(&Example, Packed)> = clean.collect();
    let mut reads: Vec<Read> = side_by_side(&clean, |(example, words)| {
        let words = basis.regroup(words);
        read(example, example.text.as_str().into(), words, example.question, Copied::Clean)
    });
    drop(clean);
    let studied: Vec<&Example> = examples.iter().filter(|example| example.studied).collect();
    reads.extend(side_by_side(&studied, |example| {
        let text = spoilt_copy(&example.text, basis.dictionary.senses(), &trade.sayings);
        read_copy(example, text, Copied::Spoilt)
    }));
    // Every second one, or learning would take too long.
    let accompanied: Vec<&Example> =
        studied.iter().copied().filter(|example| hash::of(51, &example.text).is_multiple_of(2)).collect();
    let neutral = side_by_side(&accompanied, |example| {
        let text = trade.sayings.accompany(&example.text, SEED)?;
        Some(read_copy(example, text, Copied::Neutral))
    });
    reads.extend(neutral.into_iter().flatten());
    (basis, reads)
}

/// The model without a fold and the intents that are held out with it; the one that learns from all without any.
fn model(basis: &Basis, reads: &[Read], held_out: Option<usize>) -> Linear {
    let groups = Groups::new(basis.none());
    let held_out_with = |example: &Example| match example.target {
        Target::Is(class) | Target::IsNot(class) => groups.of(class),
    };
    let samples: Vec<Sample> = reads
        .iter()
        .filter(|read| {
            let example = read.example;
            held_out.is_none_or(|fold| example.fold != fold && held_out_with(example) != Some(fold))
        })
        .map(|read| {
            let weight = if read.copied == Copied::Neutral { NEUTRAL_WEIGHT } else { 1.0 };
            Sample { row: &read.row, target: read.example.target, weight, key: read.key }
        })
        .collect();
    Linear::train(&samples, basis.columns.len(), basis.none() + 1)
}

/// What was measured on held-out messages.
struct Measured {
    calibration: Calibration,
    parts: Option<Calibration>,
    thresholds: Thresholds,
    cross_validated: HeldOut,
    estimate: Estimate,
}

/// Why a held-out message is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// It is of an intent that was learned.
    Within,
    /// No intent is about it.
    None,
    /// It is of an intent that the judging model learned nothing of.
    NeverLearned,
}

/// A message to be judged by the model without a fold.
struct Task<'a> {
    read: &'a Read<'a>,
    fold: usize,
    scope: Scope,
}

impl Task<'_> {
    /// Whether the top class is right; nothing when that is not known: a near miss of one intent may
    /// well be another.
    fn is_right(&self, top: usize) -> Option<bool> {
        match (self.scope, self.read.example.target) {
            (Scope::NeverLearned, _) => Some(false),
            (Scope::Within | Scope::None, Target::Is(class)) => Some(class == top),
            (Scope::Within | Scope::None, Target::IsNot(class)) => (class == top).then_some(false),
        }
    }
}

/// Every example once in its own fold, and those of the intents once where their intent is held out, clean and spoilt.
fn tasks<'a>(reads: &'a [Read<'a>], none: usize) -> Vec<Task<'a>> {
    let groups = Groups::new(none);
    let mut tasks = Vec::with_capacity(reads.len() * 2);
    for read in reads {
        let (class, within) = match read.example.target {
            Target::Is(class) => (class, class != none),
            Target::IsNot(class) => (class, false),
        };
        let group = groups.of(class);
        if group != Some(read.example.fold) {
            let scope = if within { Scope::Within } else { Scope::None };
            tasks.push(Task { read, fold: read.example.fold, scope });
        }
        // Every second one says as much, and takes half the time.
        if let Some(fold) = group.filter(|_| within && read.key.is_multiple_of(2)) {
            tasks.push(Task { read, fold, scope: Scope::NeverLearned });
        }
    }
    tasks
}

/// The model that reads, and every task's message as a model has heard it that did not see it. A fold's model is large, so
/// it is gone as soon as it has judged.
fn models(basis: &Basis, reads: &[Read], tasks: &[Task]) -> (Linear, Vec<Heard>) {
    let held_out: Vec<Option<usize>> = std::iter::once(None).chain((0..FOLDS).map(Some)).collect();
    let done = side_by_side_on(MOST_MODELS, &held_out, |held_out| {
        let linear = model(basis, reads, *held_out);
        let Some(fold) = *held_out else { return (Some(linear), Vec::new()) };
        let judge = Judge { basis, linear: &linear, view: View::Without(fold) };
        let of_fold: Vec<(usize, &Task)> = tasks.iter().enumerate().filter(|(_, task)| task.fold == fold).collect();
        let heard = of_fold.iter().map(|(at, Task { read, .. })| {
            let sentence = basis.sentence(&read.words, read.question, true);
            let features = basis.lexicon.features(&sentence.tokens, read.question, judge.view);
            let whole = if features.understanding() == read.understanding {
                judge.opinion_on(&features, &read.row)
            } else {
                judge.opinion_on(&features, &basis.columns.row(&features.list))
            };
            (*at, judge.listen(&sentence, whole).without_shares())
        });
        (None, heard.collect::<Vec<_>>())
    });
    let mut model = Linear::default();
    let mut heard = Vec::with_capacity(tasks.len());
    for (linear, of_fold) in done {
        model = linear.unwrap_or(model);
        heard.extend(of_fold);
    }
    heard.sort_unstable_by_key(|(at, _)| *at);
    (model, heard.into_iter().map(|(_, heard)| heard).collect())
}

/// Learns the model that reads, judges every example with one that has not seen it, and learns from that how far to
/// trust, and from which confidence to answer.
fn calibrate(lessons: &Lessons, basis: &Basis, reads: &[Read]) -> (Linear, Measured) {
    let tasks = tasks(reads, basis.none());
    let (linear, mut heard) = models(basis, reads, &tasks);
    let threshold_weights = weights(&tasks, NEVER_LEARNED);
    let weights = weights(&tasks, NEVER_LEARNED_IN_FIT);
    let fit = |judged: &mut dyn Iterator<Item = (usize, &Facts, usize)>| {
        let right = |(at, facts, top): (usize, _, usize)| {
            Some(Judged { facts, right: tasks[at].is_right(top)?, weight: weights[at] })
        };
        let judged: Vec<Judged> = judged.filter_map(right).collect();
        (Calibration::fit(&judged), judged.len())
    };
    let wholes = heard.iter().map(|heard| &heard.whole).enumerate();
    let (fitted, _) = fit(&mut wholes.map(|(at, whole)| (at, &whole.facts, whole.top)));
    let measured = fitted.is_some();
    let calibration = fitted.unwrap_or_default();
    heard.iter_mut().for_each(|heard| heard.trust(&calibration));
    let in_parts = heard.iter().enumerate().filter(|(_, heard)| !heard.parts.is_empty());
    let in_parts: Vec<(usize, Facts, usize)> = in_parts.map(|(at, heard)| (at, heard.facts(), heard.top())).collect();
    let parts = match fit(&mut in_parts.iter().map(|(at, facts, top)| (*at, facts, *top))) {
        (parts, FEWEST_IN_PARTS..) => parts,
        _ => None,
    };
    drop(in_parts);
    let judge = Judge { basis, linear: &linear, view: View::All };
    let mut confident = Vec::with_capacity(tasks.len());
    let mut held_out = HeldOut::default();
    for ((task, heard), weight) in tasks.iter().zip(heard).zip(threshold_weights) {
        let verdict = judge.verdict(heard, parts.as_ref(), 1.0);
        let (confidence, top) = (verdict.confidence, verdict.opinion.top);
        let Some(right) = task.is_right(top) else { continue };
        confident.push((confidence, right, weight));
        if task.scope == Scope::NeverLearned || task.read.copied == Copied::Neutral {
            continue;
        }
        let truth = match task.read.example.target {
            Target::Is(class) => class,
            Target::IsNot(_) => basis.none(),
        };
        held_out.texts.push(&task.read.text);
        held_out.judged.push(JudgedHeldOut {
            truth: truth as u32,
            predicted: top as u32,
            confidence,
            noised: task.read.copied == Copied::Spoilt,
        });
    }
    held_out.shrink_to_fit();
    let precision = lessons::wanted(lessons.precision);
    // Where nothing could be measured, nothing is sure enough.
    let answer = if measured { calibration::threshold(&confident, precision) } else { 1.0 };
    let thresholds = Thresholds { answer, clarify: (answer * 0.5).min(0.4) };
    let estimate = estimate(basis, &tasks, &confident, answer);
    (linear, Measured { calibration, parts, thresholds, cross_validated: held_out, estimate })
}

/// How sure the threshold is.
fn estimate(basis: &Basis, tasks: &[Task], confident: &[(f64, bool, f64)], answer: f64) -> Estimate {
    let (precision, at_least) = Estimate::of(confident, answer);
    let clean = |scope| tasks.iter().filter(|task| task.scope == scope && task.read.copied == Copied::Clean).count();
    let mut counts = vec![0; basis.intents.len()];
    for class in &basis.examples.classes {
        if let Some(count) = counts.get_mut(*class as usize) {
            *count += 1;
        }
    }
    let few = basis.intents.iter().zip(counts).filter(|(_, count)| *count < FEW);
    Estimate {
        precision,
        at_least,
        measured: [Scope::Within, Scope::None, Scope::NeverLearned].map(clean),
        few: few.map(|(intent, count)| (intent.clone(), count)).collect(),
    }
}

/// Weighs the messages so that what is out of scope has its part, and of that what was never learned.
fn weights(tasks: &[Task], never_learned: f64) -> Vec<f64> {
    let count = |scope| tasks.iter().filter(|task| task.scope == scope).count() as f64;
    let counts = [Scope::Within, Scope::None, Scope::NeverLearned].map(count);
    let [within, none, never] = counts;
    let out = match (none > 0.0, never > 0.0) {
        (true, true) => [1.0 - never_learned, never_learned],
        (true, false) => [1.0, 0.0],
        (false, true) => [0.0, 1.0],
        (false, false) => return vec![1.0; tasks.len()],
    };
    if within == 0.0 {
        return vec![1.0; tasks.len()];
    }
    let share = if none > 0.0 { OUT_OF_SCOPE } else { OUT_OF_SCOPE_UNTOLD };
    let shares = [1.0 - share, share * out[0], share * out[1]];
    let all: f64 = counts.iter().sum();
    let weight = |scope: Scope| shares[scope as usize] * all / counts[scope as usize];
    tasks.iter().map(|task| weight(task.scope)).collect()
}

/// The intents in the order of the lessons, and the class of each.
fn intents_of(lessons: &Lessons) -> (Vec<String>, Map<String, usize>) {
    let (mut intents, mut classes) = (Vec::new(), Map::default());
    for Lesson { intent, .. } in &lessons.intents {
        if intent != NONE && !classes.contains_key(intent) {
            classes.insert(intent.clone(), intents.len());
            intents.push(intent.clone());
        }
    }
    (intents, classes)
}

/// All texts to learn from, each once; a near miss that is an example of something else is that.
fn examples_of(lessons: &Lessons, classes: &Map<String, usize>) -> Vec<Example> {
    let none = classes.len();
    let mut seen: Set<String> = Set::default();
    let mut examples: Vec<Example> = Vec::new();
    let mut counters: Map<usize, usize> = Map::default();
    let mut add = |text: &str, target: Target| {
        let folded = normalize::fold(text);
        let question = folded.contains('?');
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
        examples.push(Example { text: text.to_owned(), question, target, fold, studied: true });
    };
    let class_of = |intent: &str| classes.get(intent).copied();
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
    let step = examples.len().div_ceil(MOST_STUDIED).max(1);
    examples.iter_mut().enumerate().for_each(|(i, example)| example.studied = i % step == 0);
    examples
}

/// A copy of an example as it may arrive: perhaps about something else, and spoilt.
fn spoilt_copy(text: &str, senses: &Senses, sayings: &Sayings) -> String {
    let mut dice = Dice::new(SEED ^ hash::of(50, text));
    sayings.spoil_somehow(&senses.name_things(text, THINGS, &mut dice), SEED)
}

/// Does the work for every item, on as many threads as there are cores; the order stays.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    side_by_side_on(8, items, work)
}

/// The same on so many threads at most.
fn side_by_side_on<T: Sync, R: Send>(most: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, most);
    // Short chunks, dealt in turn, keep all threads busy to the end.
    let next = std::sync::atomic::AtomicUsize::new(0);
    let chunk = items.len().div_ceil(threads * 8).max(1);
    let mut done: Vec<(usize, Vec<R>)> = std::thread::scope(|scope| {
        let (next, work) = (&next, &work);
        let run = move || {
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(chunk, std::sync::atomic::Ordering::Relaxed);
                if start >= items.len() {
                    return done;
                }
                let end = (start + chunk).min(items.len());
                done.push((start, items[start..end].iter().map(work).collect::<Vec<R>>()));
            }
        };
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}
