//! One wording: text with `{name}` for a value, `{days|день|дня|дней}` for the word form that goes with a number, and
//! `{parcel?нажмите «Позвать человека»|пришлите номер}` for what is said where something is known, and where it is not.
//! Plural forms are chosen by category (Unicode CLDR, "Language Plural Rules"), never
//! by arithmetic in a text.

use super::plural::PluralRule;
use super::reply::Value;
use std::collections::BTreeMap;

/// A parsed wording: pieces of text, values by name, and word forms by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(String),
    Plural { number: String, forms: Vec<String> },
    Known { name: String, then: String, otherwise: String },
}

/// What a text may ask whether it is known, whatever values it gets: the number of the customer's parcel; the ticket of
/// theirs that waits in the queue, so that nobody is offered who was called already.
pub const KNOWN: [&str; 2] = ["parcel", "waits"];

impl Template {
    /// Whether it ends with a question.
    pub(super) fn asks(&self) -> bool {
        match self.0.last() {
            Some(Piece::Text(last)) => last.trim_end().ends_with('?'),
            Some(Piece::Known { then, otherwise, .. }) => [then, otherwise].iter().any(|text| text.ends_with('?')),
            Some(Piece::Value(_) | Piece::Plural { .. }) | None => false,
        }
    }

    /// Parses `text`; `Err` says in words what is wrong with it. Where the language's rule is not known, any number of
    /// word forms is right.
    pub(super) fn parse(text: &str, rule: Option<PluralRule>) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            if rest[open..].starts_with('}') {
                return Err("a «}» without its «{»".into());
            }
            let close = rest[open..].find('}').ok_or("a «{» without its «}»")? + open;
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].into()));
            }
            pieces.push(Piece::parse(&rest[open + 1..close], rule)?);
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Template(pieces))
    }

    /// The names of the values it needs, in the order of the text; one may come twice.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) | Piece::Known { .. } => None,
            Piece::Value(name) | Piece::Plural { number: name, .. } => Some(name.as_str()),
        })
    }

    /// What stands in it beside values.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|piece| match piece {
            Piece::Text(text) => vec![text.as_str()],
            Piece::Known { then, otherwise, .. } => vec![then.as_str(), otherwise.as_str()],
            Piece::Value(_) | Piece::Plural { .. } => Vec::new(),
        })
    }

    /// Fills it in. `show` turns a value into words; a missing value leaves nothing behind
    /// ([`super::check`] makes sure that none is missing).
    pub(super) fn render(
        &self,
        rule: Option<PluralRule>,
        values: &BTreeMap<&'static str, Value>,
        show: &dyn Fn(&Value) -> String,
    ) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out += text,
                Piece::Value(name) => {
                    if let Some(value) = values.get(name.as_str()) {
                        out += &show(value);
                    }
                }
                Piece::Known { name, then, otherwise } => {
                    out += if values.contains_key(name.as_str()) { then } else { otherwise };
                }
                Piece::Plural { number, forms } => {
                    if let Some(Value::Number(n)) = values.get(number.as_str()) {
                        let form = rule.map_or(0, |rule| rule.form(*n));
                        out += forms.get(form).map_or("", String::as_str);
                    }
                }
            }
        }
        out
    }
}

impl Piece {
    fn parse(inside: &str, rule: Option<PluralRule>) -> Result<Piece, String> {
        if let Some((name, texts)) = inside.split_once('?').filter(|(name, _)| !name.contains('|')) {
            return Piece::known(name, texts);
        }
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(format!("«{{{inside}}}» is not a value's name (small latin letters)"));
        }
        let forms: Vec<String> = parts.map(str::to_owned).collect();
        if forms.is_empty() {
            return Ok(Piece::Value(name.into()));
        }
        if let Some(wanted) = rule.map(PluralRule::forms).filter(|wanted| forms.len() != *wanted) {
            return Err(format!("«{{{inside}}}» has {} word forms instead of {wanted}", forms.len()));
        }
        Ok(Piece::Plural { number: name.into(), forms })
    }

    fn known(name: &str, texts: &str) -> Result<Piece, String> {
        if !KNOWN.contains(&name) {
            return Err(format!("«{name}?» asks for what is never known; use one of: {}", KNOWN.join(", ")));
        }
        match texts.split('|').collect::<Vec<_>>().as_slice() {
            [then, otherwise] => {
                Ok(Piece::Known { name: name.into(), then: (*then).into(), otherwise: (*otherwise).into() })
            }
            several => Err(format!("«{{{name}?{texts}}}» has {} texts instead of 2, parted by «|»", several.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Option<PluralRule> = Some(PluralRule::OneFewManySlavic);

    fn render(text: &str, days: i64) -> String {
        let values = BTreeMap::from([("days", Value::Number(days))]);
        Template::parse(text, RULE).expect("a good template").render(RULE, &values, &|value| match value {
            Value::Number(n) => n.to_string(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn the_word_goes_with_its_number() {
        let text = "осталось {days} {days|день|дня|дней}";
        for (days, expected) in [
            (1, "осталось 1 день"),
            (3, "осталось 3 дня"),
            (11, "осталось 11 дней"),
            (14, "осталось 14 дней"),
            (21, "осталось 21 день"),
            (112, "осталось 112 дней"),
        ] {
            assert_eq!(render(text, days), expected);
        }
    }

    #[test]
    fn what_is_known_is_not_asked_for() {
        let template = Template::parse("Узнает сотрудник{parcel?|: пришлите номер}. {parcel?Позвать?|Ждём?}", RULE);
        let template = template.expect("a good template");
        let show = |_: &Value| String::new();
        let known = BTreeMap::from([("parcel", Value::Text("1000000017".into()))]);
        assert_eq!(template.render(RULE, &known, &show), "Узнает сотрудник. Позвать?");
        assert_eq!(template.render(RULE, &BTreeMap::new(), &show), "Узнает сотрудник: пришлите номер. Ждём?");
        assert!(template.asks());
        assert_eq!(template.names().count(), 0);
        assert_eq!(template.texts().count(), 6);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("{days", "without its «}»"),
            ("days}", "without its «{»"),
            ("{Имя}", "not a value's name"),
            ("{days|день|дней}", "2 word forms instead of 3"),
            ("{name?да|нет}", "never known"),
            ("{parcel?да}", "1 texts instead of 2"),
        ] {
            let error = Template::parse(text, RULE).expect_err("a mistake");
            assert!(error.contains(part), "{error}");
        }
    }
}
