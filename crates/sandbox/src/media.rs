//! Files and other attachments of messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The kinds of attachments a person can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A picture that Telegram shows in the chat.
    Photo,
    /// A voice message: OGG, played in the chat.
    Voice,
    /// A sticker: a picture without a caption.
    Sticker,
    /// A file of any kind, shown by its name.
    Document,
    /// A round video message.
    VideoNote,
    /// A video that is played in the chat.
    Video,
    /// A silent looping video (GIF).
    Animation,
    /// A piece of music, shown by its name.
    Audio,
    /// Somebody's name and phone number out of an address book.
    Contact,
    /// A point on the map: latitude and longitude.
    Location,
}

impl Media {
    /// The field of a message that holds it.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Media::Photo => "photo",
            Media::Voice => "voice",
            Media::Sticker => "sticker",
            Media::Document => "document",
            Media::VideoNote => "video_note",
            Media::Video => "video",
            Media::Animation => "animation",
            Media::Audio => "audio",
            Media::Contact => "contact",
            Media::Location => "location",
        }
    }

    /// What Telegram calls a file of this kind in its complaints.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Media::Photo => "Photo",
            Media::Voice => "VoiceNote",
            Media::Sticker => "Sticker",
            Media::Document => "Document",
            Media::VideoNote => "VideoNote",
            Media::Video => "Video",
            Media::Animation => "Animation",
            Media::Audio => "Audio",
            Media::Contact => "Contact",
            Media::Location => "Location",
        }
    }

    /// Name, type and length in seconds that a file of this kind gets when its sender gave none.
    pub(crate) fn usual(self) -> (Option<&'static str>, &'static str, Option<i64>) {
        match self {
            Media::Photo => (None, "image/png", None),
            Media::Voice => (None, "audio/ogg", Some(3)),
            Media::Sticker => (None, "image/png", None),
            Media::Document => (Some("документ.txt"), "text/plain", None),
            Media::VideoNote => (None, "video/mp4", Some(5)),
            Media::Video => (Some("видео.mp4"), "video/mp4", Some(7)),
            Media::Animation => (Some("анимация.mp4"), "video/mp4", Some(2)),
            Media::Audio => (Some("запись.mp3"), "audio/mpeg", Some(60)),
            Media::Contact | Media::Location => (None, "application/octet-stream", None),
        }
    }
}

/// A file that was uploaded once and can be sent again by its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub id: String,
    pub unique_id: String,
    pub kind: Media,
    pub name: Option<String>,
    pub mime: String,
    /// Seconds, for what has a length.
    pub duration: Option<i64>,
    #[serde(with = "as_base64")]
    pub bytes: Vec<u8>,
}

/// What hangs on a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attachment {
    File {
        kind: Media,
        file: String,
    },
    Contact {
        phone: String,
        first_name: String,
        last_name: Option<String>,
        /// Whose number it is, if that person has a Telegram account.
        #[serde(default)]
        user: Option<i64>,
    },
    Location {
        latitude: f64,
        longitude: f64,
    },
}

impl Attachment {
    /// Its kind.
    pub fn kind(&self) -> Media {
        match self {
            Attachment::File { kind, .. } => *kind,
            Attachment::Contact { .. } => Media::Contact,
            Attachment::Location { .. } => Media::Location,
        }
    }
}

/// A picture of one grey pixel: what is sent where the content does not matter.
pub(crate) fn sample_png() -> Vec<u8> {
    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
    STANDARD.decode(PIXEL).unwrap_or_default()
}

/// Bytes of a `data:` link, with their media type.
pub(crate) fn from_data_url(url: &str) -> Option<(String, Vec<u8>)> {
    let (mime, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
    let bytes = STANDARD.decode(data.trim()).ok()?;
    Some((mime.to_owned(), bytes))
}

/// Keeps bytes readable in a line of JSON.
mod as_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_link_gives_its_bytes() {
        let (mime, bytes) = from_data_url("data:image/png;base64,AAEC").expect("a good link");
        assert_eq!((mime.as_str(), bytes.as_slice()), ("image/png", &[0, 1, 2][..]));
        assert!(from_data_url("https://example.org/a.png").is_none());
        assert!(from_data_url("data:image/png;base64,это не base64").is_none());
    }

    #[test]
    fn the_sample_picture_is_a_png() {
        assert!(sample_png().starts_with(b"\x89PNG"));
    }
}
