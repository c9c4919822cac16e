//! What was learned as bytes, so that a start need not learn it again.
//!
//! Only what takes long is kept: the models, the calibration and what examples are compared by. What is known of words is
//! made anew from the lessons, so the bytes are worth nothing without the very lessons they come from, and nothing to
//! another version of this crate.

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
use super::matcher::{CrossValidated, Matcher};
use super::nearest::Nearest;

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"OTKLIK-U";
/// The source this was made of.
const SOURCE: &str = env!("OTKLIK_UNDERSTANDING_SOURCE");

#[derive(Serialize, Deserialize)]
struct Kept {
    columns: Columns,
    nearest: Nearest,
    linear: Linear,
    calibration: Calibration,
    parts: Option<Calibration>,
    estimate: Estimate,
    thresholds: Thresholds,
    cross_validated: Vec<CrossValidated>,
    aspects: Aspects,
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
    /// What was learned from `lessons`, for [`Matcher::from_bytes`]. Some ten megabytes for thousands of examples.
    /// Empty where it cannot be written.
    pub fn to_bytes(&self, lessons: &Lessons) -> Vec<u8> {
        let kept = Kept {
            columns: self.basis.columns.clone(),
            nearest: self.basis.nearest.clone(),
            linear: self.linear.clone(),
            calibration: self.calibration.clone(),
            parts: self.parts.clone(),
            estimate: self.estimate.clone(),
            thresholds: self.thresholds,
            cross_validated: self.cross_validated.clone(),
            aspects: self.aspects.clone(),
        };
        let Ok(body) = postcard::to_stdvec(&kept) else { return Vec::new() };
        let mut bytes = Vec::with_capacity(body.len() + 24);
        bytes.extend(MAGIC);
        bytes.extend(lessons.fingerprint().to_le_bytes());
        bytes.extend(hash_of(&body).to_le_bytes());
        bytes.extend(body);
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
        let mut basis = learning::ground(lessons);
        basis.columns = kept.columns;
        basis.nearest = kept.nearest;
        Some(Matcher {
            basis,
            linear: kept.linear,
            calibration: kept.calibration,
            parts: kept.parts,
            estimate: kept.estimate,
            thresholds: kept.thresholds,
            cross_validated: kept.cross_validated,
            aspects: kept.aspects,
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
        assert_eq!(kept.cross_validation(), learned.cross_validation());
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
