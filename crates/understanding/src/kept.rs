//! What was learned as bytes, so that a start need not learn it again.
//!
//! Only what takes long is kept: the models, the calibration, what examples are compared by and the words they are
//! spelt with. What is known of words is made anew from these and the lessons, so the bytes are worth nothing without
//! the very lessons they come from, and nothing to another version of this crate.

use std::borrow::Cow;
use std::fmt::Write;
use std::hash::Hasher;

use serde::{Deserialize, Serialize};

use super::aspects::Aspects;
use super::calibration::{Calibration, Estimate};
use super::decision::Thresholds;
use super::hash::Mixer;
use super::learning;
use super::lessons::Lessons;
use super::linear::{Columns, Linear};
use super::matcher::{HeldOut, Matcher};
use super::nearest::Nearest;
use super::packed::Packed;

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"OTKLIK-U";
/// So long is what stands before the body: the beginning, which lessons they are of, and the body's sum.
const HEAD: usize = 24;
/// The source this was made of.
const SOURCE: &str = env!("OTKLIK_UNDERSTANDING_SOURCE");

/// What is kept: borrowed to be written, for it is large, and owned when it was read.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    /// The words of the examples.
    spelt: Vec<Packed>,
    columns: Cow<'a, Columns>,
    nearest: Cow<'a, Nearest>,
    linear: Cow<'a, Linear>,
    calibration: Cow<'a, Calibration>,
    parts: Cow<'a, Option<Calibration>>,
    estimate: Cow<'a, Estimate>,
    thresholds: Thresholds,
    cross_validated: Cow<'a, HeldOut>,
    aspects: Cow<'a, Aspects>,
}

/// A hash of what is written to it.
struct Written(Mixer);

impl Write for Written {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut mixer = Mixer::default();
    mixer.write(bytes);
    mixer.finish()
}

impl Lessons {
    /// What tells these lessons, read by this version of the crate, from all others.
    pub fn fingerprint(&self) -> u64 {
        let mut written = Written(Mixer::default());
        // Writing to a hash cannot fail; lists keep their order, so the same lessons are written alike.
        let _ = write!(written, "{SOURCE} {self:?}");
        written.0.finish()
    }
}

impl Matcher {
    /// What was learned from `lessons`, for [`Matcher::from_bytes`]. Tens of megabytes for thousands of examples.
    /// Empty where it cannot be written.
    pub fn to_bytes(&self, lessons: &Lessons) -> Vec<u8> {
        let kept = Kept {
            spelt: learning::spelt(lessons, &self.basis),
            columns: Cow::Borrowed(&self.basis.columns),
            nearest: Cow::Borrowed(&self.basis.nearest),
            linear: Cow::Borrowed(&self.linear),
            calibration: Cow::Borrowed(&self.calibration),
            parts: Cow::Borrowed(&self.parts),
            estimate: Cow::Borrowed(&self.estimate),
            thresholds: self.thresholds,
            cross_validated: Cow::Borrowed(&self.cross_validated),
            aspects: Cow::Borrowed(&self.aspects),
        };
        // Measured before it is written: what grows as it is written is copied, and takes twice the room for a moment.
        let Ok(size) = postcard::experimental::serialized_size(&kept) else { return Vec::new() };
        let mut bytes = Vec::with_capacity(HEAD + size);
        bytes.extend(MAGIC);
        bytes.extend(lessons.fingerprint().to_le_bytes());
        bytes.extend([0; 8]);
        let Ok(mut bytes) = postcard::to_extend(&kept, bytes) else { return Vec::new() };
        let sum = hash_of(&bytes[HEAD..]);
        bytes[HEAD - 8..HEAD].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The matcher of which these are the bytes: the very same that [`Matcher::new`] would learn from the lessons, in a
    /// tenth of the time. `None` for bytes of other lessons, of another version, or that are broken: learn then.
    pub fn from_bytes(lessons: &Lessons, bytes: &[u8]) -> Option<Matcher> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (fingerprint, rest) = rest.split_first_chunk::<8>()?;
        let (sum, body) = rest.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*fingerprint) != lessons.fingerprint() || u64::from_le_bytes(*sum) != hash_of(body) {
            return None;
        }
        let kept: Kept = postcard::from_bytes(body).ok()?;
        let mut basis = learning::ground(lessons, &kept.spelt)?;
        basis.columns = kept.columns.into_owned();
        basis.nearest = kept.nearest.into_owned();
        Some(Matcher {
            basis,
            linear: kept.linear.into_owned(),
            calibration: kept.calibration.into_owned(),
            parts: kept.parts.into_owned(),
            estimate: kept.estimate.into_owned(),
            thresholds: kept.thresholds,
            cross_validated: kept.cross_validated.into_owned(),
            aspects: kept.aspects.into_owned(),
            precision: lessons.precision,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::matcher::read;
    use super::super::sample::lessons;
    use super::*;

    #[test]
    fn what_was_kept_reads_as_what_was_learned() {
        let lessons = lessons();
        let learned = Matcher::new(&lessons);
        let bytes = learned.to_bytes(&lessons);
        let kept = Matcher::from_bytes(&lessons, &bytes).expect("its own bytes");
        assert_eq!(kept.thresholds(), learned.thresholds());
        assert!(kept.cross_validation().eq(learned.cross_validation()));
        for text in
            ["где моя посылка", "атмените закас", "ult gjcskrf", "борщ", "верните деньги и позовите человека", ""]
        {
            assert_eq!(read(&kept, text), read(&learned, text), "{text}");
        }
    }

    #[test]
    fn what_is_broken_or_foreign_is_not_taken() {
        let lessons = lessons();
        let bytes = Matcher::new(&lessons).to_bytes(&lessons);
        let mut others = lessons.clone();
        others.none.push("ещё одно".into());
        assert!(Matcher::from_bytes(&others, &bytes).is_none(), "other lessons");
        for at in [0, 9, 17, 40, bytes.len() / 2, bytes.len() - 1] {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            assert!(Matcher::from_bytes(&lessons, &broken).is_none(), "byte {at}");
            assert!(Matcher::from_bytes(&lessons, &bytes[..at]).is_none(), "cut at {at}");
        }
    }
}
