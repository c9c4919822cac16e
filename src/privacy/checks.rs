//! The check digits of personal numbers.

/// The check of payment cards (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| match (i % 2, u32::from(*d) * 2) {
            (0, _) => u32::from(*d),
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum > 0 && sum.is_multiple_of(10)
}

/// The two check digits of a person's twelve-digit tax number (order of the Russian tax service
/// ЕД-7-14/559@ of 2020, on the structure of the ИНН).
pub(super) fn tax_number(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let check = |weights: &[u32]| {
        let sum: u32 = weights.iter().zip(digits).map(|(w, d)| w * u32::from(*d)).sum();
        sum % 11 % 10
    };
    digits.len() == 12 && check(&WEIGHTS[1..]) == u32::from(digits[10]) && check(&WEIGHTS) == u32::from(digits[11])
}

/// The two check digits of a personal insurance number (СНИЛС, resolution of the Pension Fund 192п of 2006).
pub(super) fn insurance_number(digits: &[u8]) -> bool {
    let [nine @ .., tens, ones] = digits else { return false };
    let sum: u32 = nine.iter().zip((1..=9).rev()).map(|(d, weight)| u32::from(*d) * weight).sum();
    nine.len() == 9 && sum > 0 && sum % 101 % 100 == u32::from(*tens) * 10 + u32::from(*ones)
}

/// The check of an IBAN (ISO 13616): letters are numbers from 10 on, the first four stand last.
pub(super) fn iban(letters: &[char]) -> bool {
    let turned = letters.iter().skip(4).chain(letters.iter().take(4));
    let rest = turned.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    });
    (15..=34).contains(&letters.len()) && rest == 1
}

/// Whether a long number may be a payment card's by how it begins: МИР, Visa, MasterCard, American Express, Maestro,
/// UnionPay.
pub(super) fn begins_as_card(digits: &[u8]) -> bool {
    let first = digits.iter().take(4).fold(0_u32, |number, digit| number * 10 + u32::from(*digit));
    matches!(first, 2200..=2204 | 2221..=2720 | 3400..=3499 | 3700..=3799 | 3528..=3589 | 4000..=4999 | 5000..=5999)
        || matches!(first, 6011 | 6200..=6299 | 6304 | 6390 | 6440..=6599 | 6700..=6799 | 9860 | 8600 | 9112)
}
