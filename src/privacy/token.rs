//! A text cut into words and numbers, with look-alikes of digits read as the digits that a person meant.

use super::mark::MASK;
use super::words::{Says, announces_glued, says};
use std::ops::Range;

/// So many digits are no part of a word, whatever touches them.
const NO_WORD: usize = 13;

/// A word whose letters are typed with spaces is at most so long.
const LONGEST_SPACED: usize = 12;

/// A piece of a text.
#[derive(Debug)]
pub(super) struct Token {
    /// Where it stands, in characters.
    pub(super) at: Range<usize>,
    /// What it is.
    pub(super) what: What,
    /// Whether it is part of an address: a link, an e-mail, a name with @.
    pub(super) link: bool,
}

/// What a piece of a text is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A word, with what it says of a number near it.
    Word(Says),
    /// Digits; where their values stand in [`Tokens::digits`].
    Number(Range<usize>),
    /// Letters and digits in one: a tracking number, a version, a number plate.
    Mixed,
    /// What was masked before.
    Masked,
}

/// The pieces of a text.
pub(super) struct Tokens {
    /// The text.
    pub(super) chars: Vec<char>,
    /// Its pieces, in order.
    pub(super) list: Vec<Token>,
    digits: Vec<u8>,
}

impl Tokens {
    /// Cuts a text, in time linear in its length.
    pub(super) fn of(text: &str) -> Tokens {
        let chars: Vec<char> = text.chars().collect();
        let mut tokens = Tokens { chars, list: Vec::new(), digits: Vec::new() };
        let mut i = 0;
        while i < tokens.chars.len() {
            let c = tokens.chars[i];
            if !(c.is_alphanumeric() || c == MASK) {
                i += 1;
                continue;
            }
            let start = i;
            let mut end = i;
            while i < tokens.chars.len() && (is_part(tokens.chars[i]) || is_invisible(tokens.chars[i])) {
                i += 1;
                if is_part(tokens.chars[i - 1]) {
                    end = i;
                }
            }
            tokens.run(start..end);
        }
        tokens.spaced_words();
        tokens.zeros();
        tokens.links();
        tokens
    }

    /// The values of a number's digits; empty for what is none.
    pub(super) fn digits(&self, token: usize) -> &[u8] {
        match self.list.get(token).map(|token| &token.what) {
            Some(What::Number(at)) => &self.digits[at.clone()],
            Some(What::Word(_) | What::Mixed | What::Masked) | None => &[],
        }
    }

    /// The characters between a token and the next.
    pub(super) fn gap(&self, token: usize) -> &[char] {
        let end = self.list[token].at.end;
        let next = self.list.get(token + 1).map_or(self.chars.len(), |next| next.at.start);
        self.chars.get(end..next.max(end)).unwrap_or_default()
    }

    /// What a word says; nothing for what is no word.
    pub(super) fn says(&self, token: usize) -> Says {
        match self.list.get(token).map(|token| &token.what) {
            Some(What::Word(says)) => *says,
            Some(What::Number(_) | What::Mixed | What::Masked) | None => Says::Nothing,
        }
    }

    /// Whether the token is a number.
    pub(super) fn is_number(&self, token: usize) -> bool {
        matches!(self.list.get(token).map(|token| &token.what), Some(What::Number(_)))
    }

    /// The only visible character between a token and the next; `None` where there are more, or none.
    pub(super) fn sign_behind(&self, token: usize) -> Option<char> {
        let mut visible = self.gap(token).iter().filter(|c| !is_invisible(**c));
        let sign = visible.next().copied()?;
        (visible.next().is_none() && token + 1 < self.list.len()).then_some(sign)
    }

    /// A token's letters as they are compared: small, «ё» as «е», without what nobody sees.
    pub(super) fn word(&self, token: usize) -> String {
        fold(&self.chars[self.list[token].at.clone()])
    }

    /// One run of letters and digits.
    fn run(&mut self, at: Range<usize>) {
        let of = |kind: fn(char) -> bool| self.chars[at.clone()].iter().filter(|c| kind(**c)).count();
        let (digits, masked) = (of(is_digit), of(|c| c == MASK));
        let letters = of(|c| is_part(c) && !is_digit(c) && c != MASK);
        if masked > 0 && masked >= letters {
            return self.push(at, What::Masked);
        }
        if digits == 0 {
            return self.push_word(at);
        }
        let looks = |c: &char| is_invisible(*c) || is_digit(*c) || look_alike(*c).is_some();
        if letters <= digits && self.chars[at.clone()].iter().all(looks) {
            return self.push_number(at);
        }
        self.mixed(at);
    }

    /// Letters and digits in one run: apart where the letters announce the digits, or these are too many for a word.
    fn mixed(&mut self, at: Range<usize>) {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for i in at.clone() {
            let c = self.chars[i];
            let goes_on = |piece: &Range<usize>| is_invisible(c) || is_digit(self.chars[piece.start]) == is_digit(c);
            match pieces.last_mut() {
                Some(piece) if goes_on(piece) => piece.end = i + 1,
                _ => pieces.push(i..i + 1),
            }
        }
        let is_number = |piece: &Range<usize>| is_digit(self.chars[piece.start]);
        let long = pieces.iter().any(|piece| is_number(piece) && piece.len() >= NO_WORD);
        let mut each = pieces.iter().enumerate();
        let announced = each.all(|(i, piece)| {
            let number = pieces.get(i + 1).map_or(0, Range::len);
            is_number(piece) || announces_glued(&fold(&self.chars[piece.clone()]), number)
        });
        // «cvv2» is a word.
        let numbered = matches!(&pieces[..], [word, digit] if !is_number(word) && word.len() >= 2 && digit.len() == 1);
        if numbered {
            self.push_word(pieces[0].clone());
        } else if long || announced {
            for piece in pieces {
                if is_digit(self.chars[piece.start]) { self.push_number(piece) } else { self.push_word(piece) }
            }
        } else {
            match says(&fold(&self.chars[at.clone()])) {
                Says::Nothing => self.push(at, What::Mixed),
                says => self.push(at, What::Word(says)),
            }
        }
    }

    fn push(&mut self, at: Range<usize>, what: What) {
        self.list.push(Token { at, what, link: false });
    }

    fn push_word(&mut self, at: Range<usize>) {
        let says = says(&fold(&self.chars[at.clone()]));
        self.push(at, What::Word(says));
    }

    fn push_number(&mut self, at: Range<usize>) {
        let from = self.digits.len();
        let values = self.chars[at.clone()].iter().filter_map(|c| value(*c).or_else(|| look_alike(*c)));
        self.digits.extend(values);
        let to = self.digits.len();
        self.push(at, What::Number(from..to));
    }

    /// «с н и л с», «в/у» are words.
    fn spaced_words(&mut self) {
        let single = |token: &Token| matches!(token.what, What::Word(_)) && token.at.len() == 1;
        let mut list = Vec::with_capacity(self.list.len());
        let mut rest = std::mem::take(&mut self.list).into_iter().peekable();
        while let Some(token) = rest.next() {
            let mut letters = vec![token];
            while single(&letters[0]) && letters.len() < LONGEST_SPACED && rest.peek().is_some_and(single) {
                letters.extend(rest.next());
            }
            let word: Vec<char> = letters.iter().map(|token| self.chars[token.at.start]).collect();
            // «в/у», «р.с.»
            let sign = |c: Option<&char>| c.is_some_and(|c| "/\\.".contains(*c));
            let short = letters.len() == 2
                && letters[1].at.start == letters[0].at.end + 1
                && sign(self.chars.get(letters[0].at.end));
            let says = if letters.len() >= 3 || short { says(&fold(&word)) } else { Says::Nothing };
            if says == Says::Nothing {
                list.append(&mut letters);
            } else {
                let at = letters[0].at.start..letters[letters.len() - 1].at.end;
                list.push(Token { at, what: What::Word(says), link: false });
            }
        }
        self.list = list;
    }

    /// «5469 ОООО 4764»: letters for zeros among digits. («ООО» is a company.)
    fn zeros(&mut self) {
        for i in 0..self.list.len() {
            let at = self.list[i].at.clone();
            let word = matches!(self.list[i].what, What::Word(_)) && matches!(at.len(), 2 | 4..=6);
            if !word || !self.chars[at.clone()].iter().all(|c| look_alike(*c) == Some(0)) {
                continue;
            }
            let close = |gap: &[char]| gap.len() <= 2;
            let before = i > 0 && self.is_number(i - 1) && close(self.gap(i - 1));
            let behind = self.is_number(i + 1) && close(self.gap(i));
            if before || behind {
                let from = self.digits.len();
                self.digits.extend(std::iter::repeat_n(0, at.len()));
                let to = self.digits.len();
                self.list[i].what = What::Number(from..to);
            }
        }
    }

    /// Marks what stands in links, e-mails and names with @.
    fn links(&mut self) {
        let mut token = 0;
        let mut start = 0;
        while start < self.chars.len() {
            let length = self.chars[start..].iter().take_while(|c| !c.is_whitespace()).count();
            let is_link = is_link(&self.chars[start..start + length]);
            while let Some(found) = self.list.get_mut(token).filter(|found| found.at.start < start + length) {
                found.link = is_link;
                token += 1;
            }
            start += length.max(1);
        }
    }
}

/// Whether a text without spaces is an address of some kind.
fn is_link(chunk: &[char]) -> bool {
    let at = |i: usize, c: char| chunk.get(i) == Some(&c);
    (0..chunk.len()).any(|i| match chunk[i] {
        '@' => chunk.get(i + 1).is_some_and(|c| c.is_ascii_alphanumeric()),
        ':' => at(i + 1, '/') && at(i + 2, '/'),
        '.' if i > 0 && chunk[i - 1].is_alphanumeric() => {
            let zone = chunk[i + 1..].iter().take(10).take_while(|c| c.is_ascii_alphabetic()).count();
            (2..=6).contains(&zone) && chunk.get(i + 1 + zone).is_none_or(|c| "/:?,.!)".contains(*c))
        }
        _ => false,
    })
}

/// Whether a character is drawn as nothing, or only changes the look of the one before.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == MASK
}

/// Whether a character stands for a digit.
pub(super) fn is_digit(c: char) -> bool {
    c.is_numeric()
}

/// The value of a digit, of whatever script; 0 for a number that is no digit.
fn value(c: char) -> Option<u8> {
    const ZEROS: &[char] = &[
        '0',
        '\u{660}',
        '\u{6f0}',
        '\u{7c0}',
        '\u{966}',
        '\u{9e6}',
        '\u{a66}',
        '\u{ae6}',
        '\u{b66}',
        '\u{be6}',
        '\u{e50}',
        '\u{ff10}',
        '\u{2080}',
        '\u{1d7ce}',
        '\u{1d7d8}',
        '\u{1d7e2}',
        '\u{1d7ec}',
        '\u{1d7f6}',
    ];
    if !is_digit(c) {
        return None;
    }
    let of = |zero: &char| (c as u32).checked_sub(*zero as u32).filter(|value| *value < 10);
    let circled = || (c as u32).checked_sub('\u{2460}' as u32).filter(|value| *value < 9).map(|value| value + 1);
    let value = ZEROS.iter().find_map(of).or_else(circled).unwrap_or(0);
    u8::try_from(value).ok()
}

/// The digit that a letter is typed, or read, for.
fn look_alike(c: char) -> Option<u8> {
    match c {
        'о' | 'О' | 'o' | 'O' => Some(0),
        'l' | 'I' | 'i' | 'і' | 'І' => Some(1),
        'з' | 'З' => Some(3),
        'ч' | 'Ч' => Some(4),
        'б' => Some(6),
        _ => None,
    }
}

/// Letters as they are compared.
fn fold(chars: &[char]) -> String {
    let visible = chars.iter().filter(|c| !is_invisible(**c));
    visible.take(32).flat_map(|c| c.to_lowercase()).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}
