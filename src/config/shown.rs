//! What of a setting may be shown when it is wrong: a token may have been pasted into any of them.

/// What stands in the place of what is not shown.
const HIDDEN: &str = "its value (not shown: it may be a secret)";

/// So many letters and digits in a row may be a secret.
const LONG: usize = 20;

/// A value that should be a number or an address of numbers, if it is made of nothing else.
pub(super) fn number(value: &str) -> String {
    let harmless = value.chars().all(|c| c.is_ascii_digit() || "-+.:[] ".contains(c)) && value.len() <= 24;
    if harmless { format!("«{value}»") } else { HIDDEN.into() }
}

/// The host of an address: user, password, path and query may be secrets.
pub(super) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let harmless =
        host.contains('.') && host.len() <= 64 && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c));
    if harmless && !has_secret(host) { format!("«{host}»") } else { HIDDEN.into() }
}

/// A text without what may be a token in it: long runs of letters and digits.
pub(super) fn without_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '+' | '/' | '=' | '@') {
            run.push(c);
            continue;
        }
        out.push_str(if has_secret(&run) { "…" } else { &run });
        run.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// Whether a run of characters looks made by a machine: long, with digits and letters.
fn has_secret(run: &str) -> bool {
    let pieces = run.split(['/', '@']).any(|piece| {
        let digits = piece.chars().filter(char::is_ascii_digit).count();
        let letters = piece.chars().filter(char::is_ascii_alphabetic).count();
        piece.len() >= LONG && digits >= 3 && letters >= 5
    });
    // «user:password@host»
    let password = run.split_once('@').is_some_and(|(before, _)| before.contains(':'));
    pieces || password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for token in ["7012345678:AAHfiqksKZ8WmR2zSjiQ7eD9xUVwYtPbLcE", "0123456789abcdef0123456789abcdef"] {
            assert!(!number(token).contains(token) && !host(token).contains(token), "{token}");
            let line = format!("otklik.toml: unknown field, found string \"{token}\", expected a number");
            assert!(!without_secrets(&line).contains(&token[12..20]), "{line}");
        }
        assert!(!host("https://anna:s3cret@bot.example/hook").contains("s3cret"));
        assert_eq!(host("https://bot.example/very-secret-path"), "«bot.example»");
        assert_eq!(number("123"), "«123»");
        let plain =
            "OTKLIK_WEBHOOK_URL is set without OTKLIK_LISTEN: such as 127.0.0.1:8090 https://bot.example.org/telegram";
        assert_eq!(without_secrets(plain), plain);
    }
}
