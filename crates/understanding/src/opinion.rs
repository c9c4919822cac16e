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
use super::packed::Packed;
use super::plausible::{Tongue, Tongues};
use super::requests::Part;
use super::slots::{self, Values};
use super::stretch::{Stretch, Typed};
use super::texts::Texts;
use super::trade::Trade;
use super::understood::Understood;
use super::words::{self, Word};
use super::{layout, normalize, requests};

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
    pub(super) examples: Examples,
}

/// The examples as they stand in the lessons.
#[derive(Clone, Debug, Default)]
pub(super) struct Examples {
    pub(super) texts: Texts,
    pub(super) classes: Vec<u32>,
}

impl Examples {
    /// The text of an example and its class; `None` where there is none of this number.
    pub(super) fn get(&self, number: usize) -> Option<(&str, usize)> {
        Some((self.texts.get(number)?, *self.classes.get(number)? as usize))
    }
}

/// A message as words, before the vocabulary has its say.
#[derive(Clone, Debug)]
pub(super) struct Spelt {
    pub(super) folded: String,
    pub(super) values: Values,
    pub(super) words: Vec<Word>,
    /// Whether a word tells that a neighbour language is written.
    pub(super) neighbours: bool,
}

/// A message taken apart.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) folded: String,
    pub(super) values: Values,
    pub(super) language: Language,
    /// Whether a word of it tells that a neighbour language is written.
    pub(super) neighbours: bool,
    pub(super) sentence: Sentence,
}

impl Parsed {
    /// A part of a message, still without its words.
    pub(super) fn of_part(whole: &Parsed) -> Parsed {
        Parsed {
            folded: String::new(),
            values: Values::default(),
            neighbours: whole.neighbours,
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
        let folded = self.without_added(&folded).unwrap_or(folded);
        let (mut values, masked) = slots::find(&folded, &self.trade.numbers, self.languages.words());
        let masked = without_mails(masked);
        let mut stretches = layout::undo(&masked, &self.tongues);
        // «ljcnfdmnt pfdnhf»: there may be a date in what was meant.
        if stretches.iter().any(|stretch| stretch.typed == Typed::OtherLayout) {
            let meant: Vec<&str> = stretches.iter().map(|stretch| stretch.text.as_str()).collect();
            let (more, masked) = slots::find(&meant.join(" "), &self.trade.numbers, self.languages.words());
            if more != Values::default() {
                let typed = Typed::OtherLayout;
                stretches = masked.split(' ').map(|part| Stretch { text: part.to_owned(), typed }).collect();
                values.extend(more);
            }
        }
        let mut words = words::read_words(&stretches);
        let neighbours = words.iter().any(|word| word.is_neighbours || self.languages.tells_neighbours(&word.text));
        words.iter_mut().for_each(|word| word.is_neighbours |= self.languages.is_neighbours(&word.text));
        Spelt { words, folded, values, neighbours }
    }

    /// A folded text without the lines that programs add («отправлено с iphone»), where something else is left.
    fn without_added(&self, folded: &str) -> Option<String> {
        if !folded.contains('\n') {
            return None;
        }
        let added = &self.languages.words().added;
        let is_added = |line: &str| {
            let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
            added.iter().any(|start| line.starts_with(start.as_str()))
        };
        let left: Vec<&str> = folded.split('\n').filter(|line| !is_added(line)).collect();
        let says = left.iter().any(|line| line.chars().any(char::is_alphanumeric));
        says.then(|| left.join("\n"))
    }

    /// The words of a text with what was split joined and what was glued split.
    pub(super) fn regroup(&self, words: &Packed) -> Packed {
        Packed::new(&self.lexicon.regroup(words.words(), &self.tongues))
    }

    /// The same as [`Basis::parse`] for words that were regrouped before, without what only the text tells.
    pub(super) fn sentence(&self, words: &Packed, question: bool, learning: bool) -> Sentence {
        self.lexicon.sentence(words.words(), question, &self.dictionary, &self.tongues, learning)
    }

    /// Looks the words up; `learning` also finds corrections for words of a single fold.
    pub(super) fn parse(&self, spelt: Spelt, learning: bool) -> Parsed {
        let Spelt { folded, values, words, neighbours } = spelt;
        let words = self.lexicon.regroup(words, &self.tongues);
        // Uzbek in Latin letters is no English: it is answered in the language it is a neighbour of.
        let theirs = self.tongues.cyrillic().filter(|_| neighbours).map(Tongue::id);
        let language = theirs.unwrap_or_else(|| {
            self.tongues.language(words.iter().filter(|word| !word.is_sign).map(|word| word.text.as_str()))
        });
        let question = folded.contains('?');
        let sentence = self.lexicon.sentence(words, question, &self.dictionary, &self.tongues, learning);
        Parsed { folded, values, language, neighbours, sentence }
    }
}

/// A text without the addresses of mail in it, which say nothing of what is wanted.
fn without_mails(text: String) -> String {
    if !text.contains('@') {
        return text;
    }
    let is_mail = |part: &str| part.find('@').is_some_and(|at| at > 0 && part[at..].contains('.'));
    text.split(' ').map(|part| if is_mail(part) { "," } else { part }).collect::<Vec<_>>().join(" ")
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
    /// The requests seen in parts of the message, in their order.
    requests: Vec<Request>,
}

/// A request seen in a part of a message.
#[derive(Clone, Debug)]
struct Request {
    class: usize,
    confidence: f64,
    part: Part,
}

/// How much nearness counts beside the linear model's logarithm.
const NEARNESS: f64 = 2.5;
/// What a part of a message may say, as a share of its confidence, where it was not measured how far parts can be trusted.
const PART: f64 = 0.8;
/// A part of fewer words has no say in the whole where it says something else.
const SHORTEST_PART: usize = 3;
/// A whole below this confidence gives way to a part of at least the next one.
const WEAK: f64 = 0.3;
const STRONG: f64 = 0.7;
/// A request that a word joins to one that is surer still needs this share of a sure one's confidence only.
const JOINED: f64 = 0.6;
/// So sure the other one must be.
const SURER: f64 = 0.9;
/// Where no sign parts two requests, both must be as sure as this.
const SURE_GLUED: f64 = 0.9;
/// Two requests are looked for without a sign between them where the whole has so much of a second one.
const HINT: f64 = 0.003;
/// The least confidence that is told from none.
const LEAST: f64 = 0.02;

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
    /// plainly, and a second request is seen in parts only.
    pub(super) fn hear(&self, sentence: &Sentence, whole: Opinion, calibration: &Calibration) -> Heard {
        let mut heard = self.listen(sentence, whole);
        heard.trust(calibration);
        heard
    }

    /// The same before it is known how far opinions can be trusted: no confidence is in it yet.
    pub(super) fn listen(&self, sentence: &Sentence, whole: Opinion) -> Heard {
        let parts = requests::parts(&sentence.tokens).into_iter().map(|part| {
            let tokens = &sentence.tokens[part.words.clone()];
            let opinion = self.opinion(tokens, sentence.question);
            HeardPart {
                confidence: 0.0,
                words: tokens.iter().filter(|token| !token.filler).count(),
                length: tokens.len(),
                rejects_robot: self.basis.rejects_robot(tokens),
                small_talk: self.basis.is_small_talk(opinion.top),
                of_whole: whole.shares[opinion.top],
                opinion,
                part,
            }
        });
        Heard { confidence: 0.0, parts: parts.collect(), whole }
    }

    /// What a heard message comes to. `parts` tells how far a part can be trusted for the whole, `sure` is the confidence
    /// of a request.
    pub(super) fn verdict(&self, heard: Heard, parts: Option<&Calibration>, sure: f64) -> Verdict {
        let mut requests: Vec<Request> = Vec::new();
        let mut sure_requests: Vec<usize> = Vec::new();
        let mut only_request: Option<&HeardPart> = None;
        for part in heard.parts.iter().filter(|part| part.asks()) {
            if part.confidence >= sure * JOINED {
                requests.push(Request {
                    class: part.opinion.top,
                    confidence: part.confidence,
                    part: part.part.clone(),
                });
            }
            if part.confidence >= sure && !sure_requests.contains(&part.opinion.top) {
                sure_requests.push(part.opinion.top);
                only_request = (sure_requests.len() == 1).then_some(part);
            }
        }
        // Small talk around a request, or «не хочу говорить с роботом» before it: the request wins.
        let leading = heard.leading();
        let top = leading.map_or(heard.whole.top, |part| part.opinion.top);
        let robot_rejected = heard.parts.iter().any(|part| part.rejects_robot);
        let aside =
            self.basis.is_small_talk(top) || (robot_rejected && self.basis.name(top) == self.basis.trade.person);
        if aside && let Some(part) = only_request {
            return Verdict { opinion: part.opinion.clone(), confidence: part.confidence, requests };
        }
        let confidence = match parts {
            Some(calibration) if !heard.parts.is_empty() => calibration.confidence(&heard.facts()),
            _ => heard.untold(),
        };
        let opinion = leading.map(|part| part.opinion.clone());
        Verdict { opinion: opinion.unwrap_or(heard.whole), confidence, requests }
    }
}

/// A message as it was heard: as a whole, and in parts where there are several.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) whole: Opinion,
    pub(super) confidence: f64,
    pub(super) parts: Vec<HeardPart>,
}

/// A part of a message as it was heard by itself.
#[derive(Clone, Debug)]
pub(super) struct HeardPart {
    opinion: Opinion,
    /// The share that its top class has of the whole message.
    of_whole: f64,
    confidence: f64,
    /// How many words say something.
    words: usize,
    length: usize,
    rejects_robot: bool,
    small_talk: bool,
    part: Part,
}

impl HeardPart {
    /// Whether it may be a request.
    fn asks(&self) -> bool {
        !self.rejects_robot && !self.small_talk
    }
}

impl Heard {
    /// Gives the opinions their confidence.
    pub(super) fn trust(&mut self, calibration: &Calibration) {
        self.confidence = calibration.confidence(&self.whole.facts);
        self.parts.iter_mut().for_each(|part| part.confidence = calibration.confidence(&part.opinion.facts));
    }

    /// Forgets the shares of all classes, of which neither the top class nor the facts are made, and which take much room.
    #[must_use]
    pub(super) fn without_shares(mut self) -> Heard {
        self.whole.shares = Vec::new();
        self.parts.iter_mut().for_each(|part| part.opinion.shares = Vec::new());
        self.parts.shrink_to_fit();
        self
    }

    /// The part that speaks for a whole which says nothing.
    fn leading(&self) -> Option<&HeardPart> {
        let others = self.parts.iter().filter(|part| part.asks() && part.opinion.top != self.whole.top);
        let best = others
            .filter(|part| part.length >= SHORTEST_PART && part.confidence > STRONG)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        best.filter(|_| self.confidence < WEAK)
    }

    /// The top class of the whole message.
    pub(super) fn top(&self) -> usize {
        self.leading().map_or(self.whole.top, |part| part.opinion.top)
    }

    /// The surest part that says the same as the whole.
    fn surest(&self, top: usize) -> Option<&HeardPart> {
        let same = self.parts.iter().filter(|part| part.asks() && part.opinion.top == top);
        same.max_by(|a, b| a.confidence.total_cmp(&b.confidence))
    }

    /// The confidence where nothing was measured of parts.
    fn untold(&self) -> f64 {
        let told = match self.leading() {
            Some(part) => part.confidence * PART,
            None => self
                .surest(self.whole.top)
                .filter(|part| part.length >= SHORTEST_PART)
                .map_or(0.0, |part| part.confidence * PART),
        };
        told.max(self.confidence)
    }

    /// The evidence of the parts and the whole together: what the parts say that agree and that do not, and how much of
    /// the message is told by others.
    pub(super) fn facts(&self) -> Facts {
        let logit = |p: f64| (p.clamp(LEAST, 1.0 - 1e-4) / (1.0 - p).clamp(1e-4, 1.0)).ln();
        let leading = self.leading();
        let top = leading.map_or(self.whole.top, |part| part.opinion.top);
        let whole = logit(leading.map_or(self.confidence, |part| part.of_whole));
        let surest = self.surest(top);
        let part = logit(surest.map_or(0.0, |part| part.confidence));
        let against = self.parts.iter().filter(|part| part.asks() && part.opinion.top != top);
        let against = logit(against.map(|part| part.confidence).fold(0.0, f64::max));
        let words: usize = self.parts.iter().map(|part| part.words).sum();
        let beside = words.saturating_sub(surest.map_or(0, |part| part.words)) as f64;
        let mut facts = [0.0; EVIDENCE];
        facts[..8].copy_from_slice(&[
            whole,
            part,
            whole.max(part),
            against,
            beside / words.max(1) as f64,
            (1.0 + beside).ln(),
            f64::from(u8::from(leading.is_some())),
            (self.parts.len() as f64).ln(),
        ]);
        facts
    }
}

impl Judge<'_> {
    /// The two requests of a message, in their order; nothing where there is but one. `asks` says whether words ask for
    /// something rather than tell of it.
    pub(super) fn two_requests(
        &self,
        sentence: &Sentence,
        verdict: &Verdict,
        calibration: &Calibration,
        sure: f64,
        asks: impl Fn(&[Token]) -> bool,
    ) -> Option<[usize; 2]> {
        let tokens = &sentence.tokens;
        if !requests::may_be_two(tokens) {
            return None;
        }
        let words = self.basis.languages.words();
        let is_one = |part: &Part| {
            let said = &tokens[part.words.clone()];
            let hangs_on =
                part.words.start > 0 && requests::is_subordinate(said, &words.subordinates, &words.questions);
            requests::says_enough(said) && !hangs_on && asks(said)
        };
        let mut found: Vec<&Request> = Vec::new();
        for heard in &verdict.requests {
            let enough = heard.confidence >= if heard.part.joined { sure * JOINED } else { sure };
            if enough && found.iter().all(|other| other.class != heard.class) && is_one(&heard.part) {
                found.push(heard);
            }
        }
        if let [first, second, ..] = found.as_slice()
            && (first.confidence.min(second.confidence) >= sure
                || first.confidence.max(second.confidence) >= sure.max(SURER))
        {
            return Some([first.class, second.class]);
        }
        let parts = requests::parts(tokens);
        let whole = Part { words: 0..tokens.len(), joined: false };
        let parts = if parts.is_empty() { vec![whole] } else { parts };
        parts.into_iter().find_map(|part| self.glued_requests(sentence, part, calibration, sure, &asks))
    }

    /// Two requests without a sign between them: «отмените заказ верните деньги».
    fn glued_requests(
        &self,
        sentence: &Sentence,
        part: Part,
        calibration: &Calibration,
        sure: f64,
        asks: impl Fn(&[Token]) -> bool,
    ) -> Option<[usize; 2]> {
        let tokens = &sentence.tokens;
        let words = self.basis.languages.words();
        let mut seams = requests::seams(part.words.clone(), tokens, &words.bound).peekable();
        seams.peek()?;
        let whole = self.opinion(&tokens[part.words.clone()], sentence.question);
        let none = self.basis.none();
        let hinted = (0..none)
            .filter(|class| *class != whole.top && whole.shares[*class] >= HINT && !self.basis.is_small_talk(*class));
        let hinted: Vec<usize> = hinted.chain([whole.top]).collect();
        if hinted.len() < 2 {
            return None;
        }
        let sure = sure.max(SURE_GLUED);
        let mut best: Option<(f64, [usize; 2])> = None;
        for seam in seams {
            let (before, behind) = (&tokens[part.words.start..seam], &tokens[seam..part.words.end]);
            if !requests::says_enough(before) || !requests::says_enough(behind) {
                continue;
            }
            let hear = |said: &[Token]| {
                let opinion = self.opinion(said, sentence.question);
                let confidence = calibration.confidence(&opinion.facts);
                (confidence >= sure && hinted.contains(&opinion.top)).then_some((opinion.top, confidence))
            };
            let Some((first, second)) = hear(before).and_then(|first| Some((first, hear(behind)?))) else { continue };
            let confidence = first.1.min(second.1);
            if first.0 != second.0 && best.is_none_or(|(best, _)| confidence > best) && asks(before) && asks(behind) {
                best = Some((confidence, [first.0, second.0]));
            }
        }
        best.map(|(_, both)| both)
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
