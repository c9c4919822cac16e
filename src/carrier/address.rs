//! Where a carrier's system is, and what opens its door.

use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// A carrier's system: its address, and its token if it wants one.
#[derive(Clone, Debug)]
pub struct Address {
    url: Url,
    /// Letters, digits and signs that a header can carry.
    token: Option<SecretString>,
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
    pub fn new(url: &str, token: Option<&SecretString>) -> Result<Address, BadAddress> {
        let url = Url::parse(url.trim()).map_err(|_| BadAddress::NoUrl)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(BadAddress::NoUrl);
        }
        let secrets = !url.username().is_empty() || url.password().is_some();
        if secrets || url.query().is_some() || url.fragment().is_some() {
            return Err(BadAddress::TooMuch);
        }
        let token = token.map(checked).transpose()?;
        Ok(Address { url, token })
    }

    /// The address of something below it.
    pub(super) fn below<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// The value of `Authorization` for one request; marked as sensitive, so that nobody prints it.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let token = self.token.as_ref()?.expose_secret();
        let mut value = HeaderValue::from_str(&format!("Bearer {token}")).expect("the token was looked at");
        value.set_sensitive(true);
        Some(value)
    }
}

/// A token that a header can carry.
fn checked(token: &SecretString) -> Result<SecretString, BadAddress> {
    let token = token.expose_secret().trim();
    let good = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
    if good { Ok(token.into()) } else { Err(BadAddress::Token) }
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
        let with = |token: &str| Address::new("https://carrier.example", Some(&token.into()));
        let address = with(" s3cret ").expect("an address");
        let authorization = address.authorization().expect("a token");
        assert!(!format!("{address:?} {address} {authorization:?}").contains("s3cret"));
        assert_eq!(authorization, "Bearer s3cret", "and it is sent as it is");
        for token in ["two words", "кириллица", " ", "line\nbreak"] {
            assert_eq!(with(token).err(), Some(BadAddress::Token), "{token}");
        }
    }
}
