//! From bytes to text. Russian Excel saves CP1251, or UTF-8 and UTF-16 with a mark at the beginning.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, IBM866, KOI8_R, KOI8_U, UTF_8, WINDOWS_1251, X_MAC_CYRILLIC};

/// Encodings of Russian texts that are no Unicode. In all of them nearly any row of bytes is some text, so that nothing
/// else is taken for one.
const CYRILLIC: [&Encoding; 5] = [WINDOWS_1251, IBM866, KOI8_R, KOI8_U, X_MAC_CYRILLIC];

/// Reads a text; a letter that is not in its encoding becomes U+FFFD.
///
/// # Errors
/// When it cannot be told how the text is encoded: why, and what helps.
pub(super) fn decode(bytes: &[u8]) -> Result<String, &'static str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if bytes.contains(&0) {
        return Err("this is no text; save the list as .xlsx or as «CSV UTF-8»");
    }
    if is_mostly_utf8(bytes) {
        return Ok(UTF_8.decode_without_bom_handling(bytes).0.into_owned());
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"ru"), Utf8Detection::Deny);
    if CYRILLIC.contains(&guess) {
        Ok(guess.decode_without_bom_handling(bytes).0.into_owned())
    } else {
        Err("it cannot be told how its letters are encoded; save the list as .xlsx or as «CSV UTF-8»")
    }
}

/// Whether a text is UTF-8 but perhaps for a few letters: one broken letter must not make another encoding of it.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    bad == 0 || good > bad
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "номер;статус\n1000000017;Доставлено получателю\n";

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes), Ok(expected.to_owned()), "{bytes:02x?}");
    }

    #[test]
    fn what_excel_and_its_like_save_is_read() {
        check(TEXT.as_bytes(), TEXT);
        check(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), TEXT);
        let wide = |bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        check(&[b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(), TEXT);
        check(&[b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat(), TEXT);
        for encoding in [WINDOWS_1251, IBM866, KOI8_R] {
            check(&encoding.encode(TEXT).0, TEXT);
        }
        // Names of columns in Latin letters, and a single Russian word.
        let short = "number;status;place\n1000000017;in_transit;Тула\n";
        check(&WINDOWS_1251.encode(short).0, short);
    }

    #[test]
    fn a_broken_letter_is_no_other_encoding() {
        let broken = [&TEXT.as_bytes()[..20], b"\xff", &TEXT.as_bytes()[20..]].concat();
        let read = decode(&broken).expect("UTF-8");
        assert!(read.contains('\u{fffd}') && read.contains("Доставлено"), "{read}");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(decode(b"number\0status").is_err());
    }
}
