//! Learning from the phrasebook: what is known of words, the models, and by cross-validation how
//! far they can be trusted.
//!
//! The examples are parted into folds. A model for each fold learns from the rest, with a spoilt
//! copy beside every example, and judges the fold, spoilt copies too; calibration and thresholds
//! come from these judgements. The model that reads learns from everything.

use super::aspects::Aspects;
use super::calibration::{self, Calibration, Judged};
use super::decision::Thresholds;
use super::dictionary::Dictionary;
use super::features::Features;
use super::hash::{self, Dice, Map, Set};
use super::languages::{Languages, Spoken};
use super::lessons::{Lesson, Lessons, NONE};
use super::lexicon::{FOLDS, Lexicon, Sentence, View};
use super::linear::{Columns, Linear, Row, Sample, Target};
use super::matcher::{CrossValidated, Matcher};
use super::nearest::{Known, Nearest};
use super::noise::Sayings;
use super::normalize;
use super::opinion::{Basis, Judge, Opinion, Spelt};
use super::plausible::Tongues;
use super::senses::Senses;
use super::words::Word;

/// Examples next to each other are often alike: they are held out together.
const NEIGHBOURS: usize = 3;
const NEIGHBOURS_NONE: usize = 10;
/// The seed of the spoilt copies.
const SEED: u64 = 11;
/// How often a spoilt copy says another word for what the trade deals in.
const THINGS: f64 = 0.4;
/// The share of messages out of scope that calibration reckons with.
const OUT_OF_SCOPE: f64 = 0.4;
/// From more examples than this only some, evenly spread, are studied by the models and in
/// cross-validation; all of them count as known and can be the nearest.
const MOST_STUDIED: usize = 12_000;
/// The wanted precision when the owner names none.
const PRECISION: f64 = 0.95;

/// One text to learn from.
struct Example {
    text: String,
    target: Target,
    fold: usize,
    studied: bool,
}

/// A text as it was read, clean or spoilt.
struct Read<'a> {
    example: &'a Example,
    text: String,
    noised: bool,
    sentence: Sentence,
    features: Features,
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
    let models = models(&basis, &reads);
    let (calibration, thresholds, cross_validated) = calibrate(lessons, &basis, &reads, &models);
    drop(reads);
    let linear = models.into_iter().next_back().unwrap_or_default();
    let aspects = Aspects::learn(lessons, &basis);
    Matcher { basis, linear, calibration, thresholds, cross_validated, aspects, precision: lessons.precision }
}

/// What is known of words, and the examples read with it.
fn know<'a>(lessons: &Lessons, intents: Vec<String>, examples: &'a [Example]) -> (Basis, Vec<Read<'a>>) {
    let none = intents.len();
    let folded: Vec<String> = examples.iter().map(|e| normalize::fold(&e.text)).collect();
    let shipped = if lessons.languages.is_empty() { Spoken::shipped() } else { Vec::new() };
    let spoken = if lessons.languages.is_empty() { &shipped } else { &lessons.languages };
    let languages = Languages::new(spoken);
    let trade = &lessons.trade;
    let mut basis = Basis {
        intents,
        dictionary: Dictionary::new(&languages, &trade.thesaurus, &lessons.synonyms, &lessons.filler),
        tongues: Tongues::new(spoken, &languages, &trade.thesaurus, folded.iter().map(String::as_str)),
        trade: trade.clone(),
        languages,
        ..Basis::default()
    };
    let spelt: Vec<Spelt> = side_by_side(examples, |example| basis.spell(&example.text));
    let clean: Vec<(&[Word], usize, usize)> = examples
        .iter()
        .zip(&spelt)
        .map(|(example, spelt)| {
            let class = match example.target {
                Target::Is(class) => class,
                Target::IsNot(_) => none,
            };
            (spelt.words.as_slice(), example.fold, class)
        })
        .collect();
    basis.lexicon = Lexicon::new(&clean, &basis.dictionary, &basis.tongues);
    let parse = |spelt: Spelt| {
        let sentence = basis.parse(spelt, true).sentence;
        let features = basis.lexicon.features(&sentence.tokens, sentence.question, View::All);
        (sentence, features)
    };
    let pairs: Vec<(&Example, &Spelt)> = examples.iter().zip(&spelt).collect();
    let parsed = side_by_side(&pairs, |(example, spelt)| {
        let (sentence, features) = parse((*spelt).clone());
        (features.terms.clone(), example.studied.then_some((sentence, features)))
    });
    let studied: Vec<&Example> = examples.iter().filter(|example| example.studied).collect();
    let spoilt = side_by_side(&studied, |example| {
        let text = spoilt_copy(&example.text, basis.dictionary.senses(), &trade.sayings);
        let parsed = parse(basis.spell(&text));
        (text, parsed)
    });
    let mut near = Vec::with_capacity(examples.len());
    let mut known = Vec::with_capacity(examples.len());
    let mut clean = Vec::with_capacity(studied.len());
    for (example, (terms, parsed)) in examples.iter().zip(parsed) {
        clean.extend(parsed.map(|parsed| (example.text.clone(), parsed)));
        if let Target::Is(class) = example.target {
            near.push(Known { terms, class, fold: example.fold });
            known.push((example.text.clone(), class));
        }
    }
    basis.columns = Columns::new(clean.iter().map(|(_, (_, features))| features.list.as_slice()));
    basis.nearest = Nearest::new(&near, none + 1);
    basis.examples = known;
    let noised = std::iter::repeat_n(false, clean.len()).chain(std::iter::repeat_n(true, spoilt.len()));
    let reads = studied
        .iter()
        .chain(&studied)
        .zip(clean.into_iter().chain(spoilt))
        .zip(noised)
        .map(|((example, (text, (sentence, features))), noised)| {
            let row = basis.columns.row(&features.list);
            let key = hash::of(u8::from(noised), &text);
            Read { example, text, noised, sentence, features, row, key }
        })
        .collect();
    (basis, reads)
}

/// A model without each fold, and last the one that learns from all.
fn models(basis: &Basis, reads: &[Read]) -> Vec<Linear> {
    let held_out: Vec<Option<usize>> = std::iter::once(None).chain((0..FOLDS).map(Some)).collect();
    let mut models = side_by_side(&held_out, |held_out| {
        let samples: Vec<Sample> = reads
            .iter()
            .filter(|read| Some(read.example.fold) != *held_out)
            .map(|read| Sample { row: &read.row, target: read.example.target, weight: 1.0, key: read.key })
            .collect();
        Linear::train(&samples, basis.columns.len(), basis.none() + 1)
    });
    models.rotate_left(1);
    models
}

/// Judges every example with the model that has not seen it, and learns from that how far to
/// trust, and from which confidence to answer.
fn calibrate(
    lessons: &Lessons,
    basis: &Basis,
    reads: &[Read],
    models: &[Linear],
) -> (Calibration, Thresholds, Vec<CrossValidated>) {
    let judge = |fold: usize| Judge { basis, linear: &models[fold], view: View::Without(fold) };
    let opinions: Vec<Opinion> = side_by_side(reads, |read| {
        let view = View::Without(read.example.fold);
        let judge = judge(read.example.fold);
        let features = basis.lexicon.features(&read.sentence.tokens, read.sentence.question, view);
        if features.same_words(&read.features) {
            judge.opinion_on(&features, &read.row)
        } else {
            judge.opinion_on(&features, &basis.columns.row(&features.list))
        }
    });
    let weights = weights(reads, basis.none());
    let judged: Vec<Judged> = reads
        .iter()
        .zip(&opinions)
        .zip(&weights)
        .filter_map(|((read, opinion), weight)| {
            let right = is_right(read.example.target, opinion.top)?;
            Some(Judged { facts: opinion.facts, right, weight: *weight })
        })
        .collect();
    let fitted = Calibration::fit(&judged);
    let measured = fitted.is_some();
    let calibration = fitted.unwrap_or_default();
    let verdicts: Vec<(f64, usize)> =
        side_by_side(&reads.iter().zip(opinions).collect::<Vec<_>>(), |(read, opinion)| {
            let judge = judge(read.example.fold);
            let verdict = judge.verdict(&read.sentence, opinion.clone(), &calibration, 1.0);
            (verdict.confidence, verdict.opinion.top)
        });
    let mut confident = Vec::with_capacity(reads.len());
    let mut cross_validated = Vec::with_capacity(reads.len());
    for ((read, (confidence, top)), weight) in reads.iter().zip(verdicts).zip(weights) {
        let Some(right) = is_right(read.example.target, top) else { continue };
        confident.push((confidence, right, weight));
        let truth = match read.example.target {
            Target::Is(class) => basis.name(class),
            Target::IsNot(_) => NONE,
        };
        cross_validated.push(CrossValidated {
            text: read.text.clone(),
            truth: truth.to_owned(),
            predicted: basis.name(top).to_owned(),
            confidence,
            noised: read.noised,
        });
    }
    let precision = if lessons.precision > 0.0 { lessons.precision.min(1.0) } else { PRECISION };
    // Where nothing could be measured, nothing is sure enough.
    let answer = if measured { calibration::threshold(&confident, precision) } else { 1.0 };
    let thresholds = Thresholds { answer, clarify: (answer * 0.5).min(0.4) };
    (calibration, thresholds, cross_validated)
}

/// Whether the top class is right; nothing when that is not known: a near miss of one intent may
/// well be another.
fn is_right(target: Target, top: usize) -> Option<bool> {
    match target {
        Target::Is(class) => Some(class == top),
        Target::IsNot(class) => (class == top).then_some(false),
    }
}

/// Weighs the messages so that what is out of scope has its part.
fn weights(reads: &[Read], none: usize) -> Vec<f64> {
    let is_out = |read: &Read| match read.example.target {
        Target::Is(class) => class == none,
        Target::IsNot(_) => true,
    };
    let out = reads.iter().filter(|read| is_out(read)).count() as f64;
    let within = reads.len() as f64 - out;
    if out == 0.0 || within == 0.0 {
        return vec![1.0; reads.len()];
    }
    let total = out + within;
    reads
        .iter()
        .map(|read| if is_out(read) { OUT_OF_SCOPE * total / out } else { (1.0 - OUT_OF_SCOPE) * total / within })
        .collect()
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
        examples.push(Example { text: text.to_owned(), target, fold, studied: true });
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
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8);
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
