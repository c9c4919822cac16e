//! The mutator: an input with a few things wrong with it, the same for the same seed.

/// The longest input: more than Telegram lets anybody write.
const LONGEST: usize = 20_000;

/// Letters and words that have been trouble to somebody.
const ODD: &[&str] = &[
    "\0",
    "\u{200b}",
    "\u{202e}",
    "\u{34f}",
    "\u{ad}",
    "\u{301}",
    "\u{feff}",
    "1\u{fe0f}\u{20e3}",
    "𝟜",
    "٤",
    "４",
    "👨‍👩‍👧‍👦",
    "ß",
    "İ",
    "ﬁ",
    "О",
    "\r\n",
    "\\ud800",
    "{",
    "}",
    "{}",
    "{name}",
    "{a|b|c}",
    "\"\"\"",
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e999",
    "null",
    "[]",
    "паспорт ",
    "4510 123456",
    "4111 1111 1111 1111",
    "//",
    ":",
];

/// Chance that a seed decides, the same in every run.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// A chance of this seed.
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// One of `0..below`; 0 if there is none.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

/// `input` with one to eight things wrong with it; some come from `other`. At most 20,000 bytes.
pub fn mutated(input: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(24)).min(bytes.len());
        match chance.below(9) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(chance.below(256)).unwrap_or(0),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, b"0123456789 -.,:\"{}[]/\\\0"[chance.below(23)]),
            3 if chance.below(4) == 0 => bytes.truncate(at),
            4 => {
                let from = chance.below(other.len() + 1);
                let to = (from + chance.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            5 => {
                let most = if chance.below(20) == 0 { 500 } else { 3 };
                let piece = bytes[at..end].repeat(1 + chance.below(most));
                bytes.splice(at..at, piece);
            }
            _ => {
                let odd = ODD[chance.below(ODD.len())];
                bytes.splice(at..at, odd.bytes());
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}
