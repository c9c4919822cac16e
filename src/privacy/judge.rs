//! Which numbers are personal: by how they are grouped, by their check digits, and by what is said around them.

use super::checks::{begins_as_card, insurance_number, luhn, tax_number};
use super::naming::{Heard, Name};
use super::spared::{Spared, is_expiry, number};
use super::token::{Tokens, What, is_invisible};
use super::words::Says;
use std::ops::Range;

/// The digits of the longest personal number: a bank account's.
pub(super) const LONGEST: usize = 20;

/// So many words beside a number another personal number may be announced.
const NEAR: usize = 12;

/// So many tokens from a card its code may stand.
const CODE_NEAR: usize = 6;

/// How a group of numbers was found to be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    /// By a word alone.
    Said,
    /// By its groups, too.
    Shaped,
    /// By its check digits, or by a length that nothing else has.
    Checked,
}

/// Finds personal numbers among the tokens.
pub(super) struct Judge<'t> {
    tokens: &'t Tokens,
    spared: &'t [Spared],
    /// What was found, as ranges of tokens, in order.
    found: Vec<Range<usize>>,
    /// How many runs of groups were looked at.
    windows: &'t mut usize,
}

impl<'t> Judge<'t> {
    /// The personal numbers, as ranges of tokens; `windows` is raised by one for each run of groups that was looked at.
    pub(super) fn of(tokens: &'t Tokens, spared: &'t [Spared], windows: &'t mut usize) -> Vec<Range<usize>> {
        let mut judge = Judge { tokens, spared, found: Vec::new(), windows };
        let mut i = 0;
        while i < tokens.list.len() {
            if !judge.is_free(i) {
                i += 1;
                continue;
            }
            let mut end = i + 1;
            while end < tokens.list.len() && judge.is_free(end) && judge.goes_on(i, end) {
                end += 1;
            }
            judge.chain(i..end);
            i = end;
        }
        judge.card_codes();
        judge.found
    }

    /// Three digits near a card and its month and year are its code, wherever they stand: «12/27 123 4276 …»,
    /// «4276 … 12/27 IVAN IVANOV 123».
    fn card_codes(&mut self) {
        let length = |part: &Range<usize>| part.clone().map(|token| self.tokens.digits(token).len()).sum::<usize>();
        let cards = self.found.iter().filter(|part| length(part) >= 15);
        let near = cards.flat_map(|card| card.start.saturating_sub(CODE_NEAR)..(card.end + CODE_NEAR));
        let codes: Vec<usize> = near
            .filter(|at| *at < self.tokens.list.len() && self.is_free(*at) && self.tokens.digits(*at).len() == 3)
            .filter(|at| !in_one_of(&self.found, *at))
            .filter(|at| {
                let mut around = at.saturating_sub(CODE_NEAR)..(at + CODE_NEAR);
                let called = Called::of(&Name::of(self.tokens, self.spared, &(*at..at + 1)));
                !called.harmless && around.any(|token| is_expiry(self.tokens, token))
            })
            .collect();
        self.found.extend(codes.into_iter().map(|at| at..at + 1));
        self.found.sort_unstable_by_key(|part| part.start);
    }

    fn is_free(&self, token: usize) -> bool {
        self.tokens.is_number(token) && self.spared[token] == Spared::No
    }

    /// Whether the group `next` goes on with the chain from `start` on. A comma parts numbers, but for a passport's series
    /// and number; so does a line's end between whole ones.
    fn goes_on(&self, start: usize, next: usize) -> bool {
        let gap = self.tokens.gap(next - 1);
        let (before, behind) = (self.tokens.digits(next - 1).len(), self.tokens.digits(next).len());
        let series = matches!((next - start, before, behind), (1, 4, 6) | (2, 2, 6));
        let comma = gap.iter().any(|c| ",;".contains(*c));
        let line = gap.contains(&'\n') && (before > 6 || behind > 6);
        joined(gap) && (series || !(comma || line))
    }

    /// Of the runs of groups that begin at a group, the surest counts, of these the longest, and only those of at most
    /// [`LONGEST`] digits can be one.
    fn chain(&mut self, chain: Range<usize>) {
        let mut from = chain.start;
        // Groups that are none by themselves are of one number with those behind them: what is said before the first
        // is said of all, and looked at once.
        let mut before = Name::before(self.tokens, self.spared, from);
        while from < chain.end {
            let mut digits = 0;
            let fits = (from..chain.end).take_while(|token| {
                digits += self.tokens.digits(*token).len();
                digits <= LONGEST
            });
            let most = from + fits.count();
            let mut best: Option<(Sure, usize)> = None;
            for to in (from + 1..=most).rev() {
                *self.windows += 1;
                let sure = self.judge(from..to, &chain, &before);
                if sure.is_some_and(|sure| best.is_none_or(|(before, _)| sure > before)) {
                    best = sure.map(|sure| (sure, to));
                }
            }
            match best {
                Some((_, to)) => {
                    self.found.push(from..to);
                    from = to;
                    if from < chain.end {
                        before = Name::before(self.tokens, self.spared, from);
                    }
                }
                None => from += 1,
            }
        }
    }

    fn judge(&self, part: Range<usize>, chain: &Range<usize>, before: &Name) -> Option<Sure> {
        // On the stack: this is asked of every run of groups. A group has at least one digit.
        let (mut sizes, mut digits) = ([0; LONGEST], [0; LONGEST]);
        let mut count = 0;
        for (at, token) in part.clone().enumerate() {
            let group = self.tokens.digits(token);
            sizes[at] = group.len();
            digits[count..count + group.len()].copy_from_slice(group);
            count += group.len();
        }
        let (sizes, digits) = (&sizes[..part.len()], &digits[..count]);
        let whole = part == *chain;
        if count < 3 && !(count == 2 && whole) {
            return None;
        }
        let name = before.and_behind(self.tokens, self.spared, part.end);
        let mut called = Called::of(&name);
        // A bank's account has its own length; any other «счёт» is a paper.
        called.harmless |= called.personal == Some(Says::Account) && count < LONGEST;
        if self.tokens.list[part.start].link && called.personal.is_none() {
            return (count == 16 && luhn(digits) && begins_as_card(digits)).then_some(Sure::Checked);
        }
        let judged = match count {
            2..=4 if whole => self.short(&part, digits, &name, &called),
            5..=8 if whole => self.code(sizes, &name, &called),
            _ => None,
        };
        // So few digits in the middle of more are a part of those.
        let follows = part.end == chain.end && self.found.last().is_some_and(|last| last.end == part.start);
        if judged.is_some() || (count <= 8 && !whole && !follows) {
            return judged;
        }
        self.long(&part, sizes, digits, &name, &called)
    }

    /// Three digits of a card's code, four of a PIN or of a passport's series.
    fn short(&self, part: &Range<usize>, digits: &[u8], name: &Name, called: &Called) -> Option<Sure> {
        let one = part.len() == 1;
        let series = name.is_said(Says::Series, 1, 1) && !called.harmless;
        match digits.len() {
            2 => {
                let next = (part.end..part.end + 4).find(|token| self.tokens.is_number(*token));
                let number = next.is_some_and(|next| matches!(self.tokens.digits(next).len(), 6 | 7));
                (one && number && name.is_said(Says::Series, 0, 0) && name.is_said(Says::Document, 8, 8))
                    .then_some(Sure::Said)
            }
            4 if series => Some(Sure::Said),
            4 if one && self.is_followed_by_series(part) => Some(Sure::Said),
            // «4510 номер 123456»
            4 if one
                && !called.harmless
                && self.tokens.says(part.end) == Says::Number
                && self.tokens.digits(part.end + 1).len() == 6 =>
            {
                Some(Sure::Said)
            }
            // «паспорт 4510»: the rest comes with the next message.
            4 if one && called.personal == Some(Says::Document) && called.away == 0 && !called.apart => {
                Some(Sure::Said)
            }
            3 | 4 if one && self.is_card_code(part, digits.len(), name, called) => Some(Sure::Said),
            4 => self.code(&[4], name, called),
            _ => None,
        }
    }

    /// «406317 номер, 6847 серия паспорта»: whether the series stands behind the four digits.
    fn is_followed_by_series(&self, part: &Range<usize>) -> bool {
        self.tokens.says(part.end) == Says::Series
    }

    fn is_card_code(&self, part: &Range<usize>, length: usize, name: &Name, called: &Called) -> bool {
        if name.is_said(Says::CardCode, 8, 4) {
            return true;
        }
        if length != 3 || called.harmless {
            return false;
        }
        // «2202000080315080 05/28 152»
        let expiry = (2..=5).any(|back| part.start >= back && is_expiry(self.tokens, part.start - back));
        let card = expiry && self.found.last().is_some_and(|last| last.end + 2 == part.start);
        // «05/28, 777»: no day and month, and nothing else in it.
        let alone = part.start == 2 && is_expiry(self.tokens, 0) && number(self.tokens.digits(1)) > 12;
        let alone = alone && self.tokens.sign_behind(0) == Some('/') && part.end == self.tokens.list.len();
        let told = |says, before, behind| name.is_said(says, before, behind);
        let code = told(Says::Code, 4, 4) || told(Says::Digits, 6, 4);
        card || alone
            || told(Says::Back, 3, 5)
            || (told(Says::Safety, 4, 2) && code)
            || told(Says::Digits, 5, 0)
            || (told(Says::Code, 0, 0) && (told(Says::Card, 6, 4) || expiry))
            || (told(Says::Code, 1, 1)
                && self.found.last().is_some_and(|last| part.start - last.end <= 3)
                && !told(Says::Pickup, 4, 4))
    }

    /// A PIN, or a code from a message.
    fn code(&self, sizes: &[usize], name: &Name, called: &Called) -> Option<Sure> {
        let total: usize = sizes.iter().sum();
        if !(4..=8).contains(&total) || sizes.len() > 3 || sizes.iter().any(|size| *size < 2) {
            return None;
        }
        let away = |of: &[Says]| {
            let near = name.before.iter().chain(&name.behind).filter(|heard| of.contains(&heard.says));
            near.map(|heard| heard.away).min().unwrap_or(usize::MAX)
        };
        // «код получения» is to be told; it is told at the counter.
        let pickup = away(&[Says::Pickup]);
        let code_at = away(&[Says::Code]);
        if pickup < code_at && code_at <= 6 && code_at - pickup <= 2 {
            return None;
        }
        if pickup <= 4 && pickup < away(&[Says::Pin, Says::Sms, Says::Confirms]) {
            return None;
        }
        if called.harmless {
            return None;
        }
        let pin = total <= 6 && name.is_said(Says::Pin, 6, 3);
        let code = name.is_said(Says::Code, 7, 4);
        let sms = (name.is_said(Says::Sms, 3, 3) && sizes.len() == 1) || (code && name.is_said(Says::Sms, 7, 4));
        let confirms = code && name.is_said(Says::Confirms, 7, 3);
        let password = name.is_said(Says::Password, 2, 1);
        let safety = code && name.is_said(Says::Safety, 4, 2);
        (pin || sms || confirms || password || safety).then_some(Sure::Said)
    }

    fn long(&self, part: &Range<usize>, sizes: &[usize], digits: &[u8], name: &Name, called: &Called) -> Option<Sure> {
        let solid = sizes.len() == 1;
        let named = |says: Says| called.personal == Some(says);
        let document = named(Says::Document) || named(Says::Series);
        let harmless = called.harmless;
        match digits.len() {
            20 => {
                let account = name.is_said(Says::Account, 6, 3) || named(Says::Card);
                let begins = matches!(digits, [3, 0, 1..=3, ..] | [4, 0, 5..=8, ..] | [4, 2, 3 | 6, ..]);
                (account || begins).then_some(Sure::Checked)
            }
            13..=19 => self.card(part, sizes, digits, name, called),
            12 => {
                let even = solid || sizes.iter().all(|size| *size == sizes[0]);
                // «посылка 500100732259 мой инн»
                let checked = even && tax_number(digits) && (!harmless || name.is_said(Says::Tax, 0, 1));
                if checked { Some(Sure::Checked) } else { named(Says::Tax).then_some(Sure::Said) }
            }
            11 => {
                let shaped = sizes == [3, 3, 3, 2] && !harmless;
                let checked = solid && !harmless && !matches!(digits[0], 7..=9) && insurance_number(digits);
                if shaped || checked { Some(Sure::Checked) } else { named(Says::Pension).then_some(Sure::Said) }
            }
            10 => {
                // A parcel's number is full of zeros; a passport's is so once in a million.
                let round = digits.windows(5).any(|five| five == [0; 5]);
                let shaped = matches!(*sizes, [4, 6] | [2, 2, 6]);
                // «4001000456 паспорт уже отправил»: three zeros in a row are a parcel's, rather than a passport's.
                let has_zeros = digits.windows(3).any(|three| three == [0; 3]);
                let zeros = called.loosely && solid && has_zeros;
                // Beside a document, or another personal number, that shape is a passport's all the same.
                let mut near = part.start.saturating_sub(NEAR)..(part.end + NEAR).min(self.tokens.list.len());
                let beside = near.any(|token| matches!(self.tokens.says(token), Says::Tax | Says::Pension));
                let personal = shaped && (document || beside);
                if (round && !personal) || zeros {
                    return None;
                }
                // «посылку: 4510 123456 выдан УВД»
                let issued =
                    name.behind.iter().any(|heard| heard.says == Says::Document && heard.away <= 1 && !heard.apart);
                if shaped && (!harmless || called.beside || issued) {
                    let low = number(&digits[4..]) < 1000;
                    if personal || !(low || self.has_comma(part)) {
                        return Some(Sure::Shaped);
                    }
                }
                let paper = named(Says::Paper) && called.away <= 1 && solid;
                let tax = named(Says::Tax) && called.away <= 1;
                // «паспорт на посылку 4510123456»: it is called both, and has a passport's series in front.
                if document && called.beside && solid && is_series(digits) && !has_zeros {
                    return Some(Sure::Said);
                }
                ((document || paper || tax || (solid && self.joins(name, 10))) && !harmless).then_some(Sure::Said)
            }
            9 if sizes != [3, 3, 3] || (document && called.away == 0) => {
                let near = document || (name.is_said(Says::Document, 4, 1) && !harmless);
                (near || self.joins(name, 9)).then_some(Sure::Said)
            }
            7 | 8 => (document && called.away <= 5 && !harmless && sizes.len() <= 3).then_some(Sure::Said),
            6 => self.six(part, sizes, name, called).then_some(Sure::Said),
            _ => None,
        }
    }

    /// The number of a passport by itself, of a birth certificate, of a military ID.
    fn six(&self, part: &Range<usize>, sizes: &[usize], name: &Name, called: &Called) -> bool {
        if sizes.len() > 2 || called.harmless {
            return false;
        }
        let document = called.personal == Some(Says::Document) && !called.apart && called.away <= 4;
        let series = name.is_said(Says::Series, 4, 4);
        // «серия 4510, номер 123456», and «паспорт 4510», «123456» behind it.
        let behind_series = self.found.last().is_some_and(|last| {
            let between = part.start - last.end;
            let length: usize = last.clone().map(|token| self.tokens.digits(token).len()).sum();
            let says_number = (1..=3).contains(&between) && self.tokens.says(part.start - 1) == Says::Number;
            matches!(length, 2 | 4) && (says_number || between == 0)
        });
        document
            || series
            || behind_series
            || self.is_behind_masked(part)
            || self.is_before_series(part)
            || self.is_birth(part)
    }

    /// «406317 номер, 6847 серия», «918273, серия 4723»: the series comes behind.
    fn is_before_series(&self, part: &Range<usize>) -> bool {
        let near = part.end..(part.end + 4).min(self.tokens.list.len());
        near.clone().any(|token| self.tokens.says(token) == Says::Series)
            && (part.end..part.end + 4).any(|token| self.tokens.digits(token).len() == 4)
    }

    /// «паспорт ••••» and then six digits.
    fn is_behind_masked(&self, part: &Range<usize>) -> bool {
        let Some(before) = part.start.checked_sub(1) else { return false };
        let four = |token: usize| self.tokens.list[token].what == What::Masked && self.tokens.list[token].at.len() == 4;
        let word = before >= 1 && self.tokens.says(before) == Says::Number && four(before - 1);
        let at = if word { before - 1 } else { before };
        let says = |token: Option<usize>| token.map(|token| self.tokens.says(token));
        four(at) && matches!(says(at.checked_sub(1)), Some(Says::Document | Says::Series))
    }

    /// «II-АБ № 123456»: a Roman number, two letters.
    fn is_birth(&self, part: &Range<usize>) -> bool {
        let Some(letters) = part.start.checked_sub(1).filter(|letters| *letters > 0) else { return false };
        let (roman, two) = (&self.tokens.list[letters - 1], &self.tokens.list[letters]);
        let is_roman = self.tokens.word(letters - 1).chars().all(|c| "ivxхlі1".contains(c)) && roman.at.len() <= 5;
        is_roman
            && two.at.len() == 2
            && matches!(two.what, What::Word(_))
            && matches!(self.tokens.sign_behind(letters - 1), Some('-' | '–' | '—' | '‑'))
    }

    fn card(&self, part: &Range<usize>, sizes: &[usize], digits: &[u8], name: &Name, called: &Called) -> Option<Sure> {
        let solid = sizes.len() == 1;
        // A number full of zeros is an order's, whatever its check digit is.
        if solid
            && digits.windows(5).any(|five| five == [0; 5])
            && called.personal != Some(Says::Card)
            && !is_expiry(self.tokens, part.end)
        {
            return None;
        }
        let fours = sizes == [4, 4, 4, 4];
        let checked = luhn(digits);
        let begins = begins_as_card(digits);
        let card = called.personal == Some(Says::Card);
        if fours && ((checked && begins) || card) {
            return Some(Sure::Checked);
        }
        // «верните за заказ на 4276380012345679»: the money goes to it, the order stands further off.
        let paid_to = called.away >= 1 && called.away <= 3 && name.is_said(Says::Pay, 8, 0);
        if called.harmless && !(checked && begins && paid_to) {
            return None;
        }
        // With a slip of the finger, but its month and year behind it.
        if begins && digits.len() == 16 && is_expiry(self.tokens, part.end) {
            return Some(Sure::Shaped);
        }
        let is_card = match digits.len() {
            16 if checked && begins => sizes.len() <= 8 || card,
            16 => (card || name.is_said(Says::Pay, 5, 2) || fours) && (begins || card),
            15 => {
                checked && (matches!(sizes, [4, 6, 5] | [15]) && matches!(digits, [3, 4 | 7, ..]) || card)
                    || (card && begins && called.away == 0)
            }
            18 | 19 => (checked && begins && (solid || sizes.iter().all(|size| *size >= 3))) || (card && begins),
            // A digit too few or too many is a card all the same, right beside the word.
            _ => card && called.away <= 2 && (checked || (begins && called.away == 0)),
        };
        is_card.then_some(if checked { Sure::Checked } else { Sure::Said })
    }

    /// «паспорт был …, стал …»: joined to a personal number of as many digits before it.
    fn joins(&self, name: &Name, length: usize) -> bool {
        let Some(before) = name.joins else { return false };
        let last = self.found.last().filter(|last| last.contains(&before));
        last.is_some_and(|last| last.clone().map(|token| self.tokens.digits(token).len()).sum::<usize>() == length)
    }

    fn has_comma(&self, part: &Range<usize>) -> bool {
        (part.start..part.end - 1).any(|token| self.tokens.gap(token).contains(&','))
    }
}

/// What a number is called by the words around it.
#[derive(Debug)]
struct Called {
    /// What personal thing it is called.
    personal: Option<Says>,
    /// How many words away.
    away: usize,
    /// Whether a sentence ends between.
    apart: bool,
    /// It is called a parcel, an order, a paper.
    harmless: bool,
    /// It is both: «паспорт для заказа».
    beside: bool,
    /// It is called so by a word behind it alone, and nothing says that the word is its own («мой», «это»).
    loosely: bool,
}

impl Called {
    fn of(name: &Name) -> Called {
        let (before, behind) = name.nearest();
        let none = NAMELESS;
        let by = |heard: Heard| Called { personal: Some(heard.says), away: heard.away, apart: heard.apart, ..NAMELESS };
        let personal_behind = behind.filter(|heard| heard.says != Says::Harmless && heard.away <= 3);
        match (before, personal_behind) {
            // «не могу подтвердить посылку, 4510123456 мой паспорт»
            (Some(heard), Some(other))
                if heard.says == Says::Harmless && heard.parted && other.away <= 1 && !other.apart =>
            {
                by(other)
            }
            (Some(heard), _)
                if heard.says == Says::Harmless && heard.away <= 3 && (!heard.apart || heard.away == 0) =>
            {
                let personal = name.before.iter().find(|other| other.says.is_personal() && !other.apart);
                // «паспорт на посылку», «вот паспорт для заказа», «ИНН получателя посылки»: it is the passport's.
                match personal.filter(|_| heard.led) {
                    Some(other) => Called {
                        personal: Some(other.says),
                        away: other.away,
                        harmless: other.says == Says::Document,
                        beside: true,
                        ..none
                    },
                    None if personal_behind.is_some_and(|other| other.away == 0 && heard.away >= 2) => {
                        personal_behind.map_or(none, by)
                    }
                    None => Called { harmless: true, away: heard.away, ..none },
                }
            }
            (Some(heard), other) if heard.says != Says::Harmless => match other {
                Some(other) if other.away + 1 < heard.away || (heard.apart && !other.apart) => by(other),
                _ => match behind {
                    Some(thing)
                        if thing.says == Says::Harmless && thing.away == 0 && (heard.away >= 2 || heard.apart) =>
                    {
                        Called { harmless: true, ..none }
                    }
                    _ => by(heard),
                },
            },
            (_, Some(other)) => Called { loosely: other.away == 0 && before.is_none(), ..by(other) },
            _ => match behind {
                Some(thing) if thing.says == Says::Harmless && thing.away <= 1 => Called { harmless: true, ..none },
                _ => none,
            },
        }
    }
}

/// Nothing is said of it.
const NAMELESS: Called =
    Called { personal: None, away: usize::MAX, apart: false, harmless: false, beside: false, loosely: false };

/// Whether a token lies in one of these ranges, which are in order.
fn in_one_of(parts: &[Range<usize>], token: usize) -> bool {
    let before = parts.partition_point(|part| part.end <= token);
    parts.get(before).is_some_and(|part| part.contains(&token))
}

/// Whether a passport's series may stand in front: the third and fourth digits are the year of its form, which began in 1997.
fn is_series(digits: &[u8]) -> bool {
    let year = digits.get(2..4).map_or(0, number);
    year <= 40 || year >= 97
}

/// Whether two groups of digits go on as one number: «4510 № 123456», «4111.1111», «4509·123460».
pub(super) fn joined(gap: &[char]) -> bool {
    let mut visible = 0;
    let sign = |c: char| c.is_whitespace() || "-–—‑‒−~№.,_/:·•*#|\\N'’`".contains(c);
    for c in gap {
        if is_invisible(*c) {
            continue;
        }
        visible += 1;
        if !sign(*c) || visible > 5 {
            return false;
        }
    }
    true
}
