//! Where a carrier's system is, and what opens its door.

use reqwest::Url;
use reqwest::header::HeaderValue;
use std::fmt;

/// A carrier's system: its address, and its token if it wants one.
#[derive(Clone)]
pub struct Address {
    url: Url,
    /// The whole value of `Authorization`; marked as sensitive, so that nobody prints it.
    authorization: Option<HeaderValue>,
}

/// Why an address is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// The URL cannot be read, names no host, or is neither `http` nor `https`.
    #[error("it is not an address such as https://carrier.example/api")]
    NoUrl,
    /// The URL holds what does not belong there: what stands in a URL ends up in logs.
    #[error("it must hold neither a user and password nor «?» and «#»; a token goes into OTKLIK_CARRIER_TOKEN")]
    TooMuch,
    /// The token has signs that an HTTP header cannot carry.
    #[error("it has characters that a token cannot have (it is letters, digits and signs, without spaces)")]
    Token,
}

impl Address {
    /// Reads an address (`http://` or `https://`) and a token, both trimmed.
    ///
    /// # Errors
    ///
    /// What is wrong with the one or the other, in words for the owner.
    pub fn new(url: &str, token: Option<&str>) -> Result<Address, BadAddress> {
        let url = Url::parse(url.trim()).map_err(|_| BadAddress::NoUrl)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(BadAddress::NoUrl);
        }
        let secrets = !url.username().is_empty() || url.password().is_some();
        if secrets || url.query().is_some() || url.fragment().is_some() {
            return Err(BadAddress::TooMuch);
        }
        let authorization = token.map(|token| authorization(token.trim())).transpose()?;
        Ok(Address { url, authorization })
    }

    /// The address of something below it.
    pub(super) fn below<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// The value of `Authorization`.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

fn authorization(token: &str) -> Result<HeaderValue, BadAddress> {
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(BadAddress::Token);
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| BadAddress::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_what_is_none() {
        for (url, below) in [
            ("https://carrier.example", "https://carrier.example/parcels/RA1"),
            (" http://127.0.0.1:8080/api/v1/ ", "http://127.0.0.1:8080/api/v1/parcels/RA1"),
        ] {
            assert_eq!(Address::new(url, None).expect("an address").below(["parcels", "RA1"]).as_str(), below);
        }
        let odd = Address::new("https://carrier.example", None).expect("an address").below(["parcels", "../A/Ж?"]);
        assert_eq!(odd.as_str(), "https://carrier.example/parcels/..%2FA%2F%D0%96%3F");
        for (url, why) in [
            ("carrier.example", BadAddress::NoUrl),
            ("ftp://carrier.example", BadAddress::NoUrl),
            ("https://", BadAddress::NoUrl),
            ("https://anna:secret@carrier.example", BadAddress::TooMuch),
            ("https://carrier.example/?key=1", BadAddress::TooMuch),
        ] {
            assert_eq!(Address::new(url, None).err(), Some(why), "{url}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let address = Address::new("https://carrier.example", Some("s3cret")).expect("an address");
        assert!(!format!("{address:?} {address} {:?}", address.authorization()).contains("s3cret"));
        for token in ["two words", "кириллица", " ", "line\nbreak"] {
            assert_eq!(Address::new("https://a.example", Some(token)).err(), Some(BadAddress::Token), "{token}");
        }
    }
}
