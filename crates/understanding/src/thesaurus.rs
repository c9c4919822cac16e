//! What words mean, roughly, as the caller or the shipped list says it.

use std::sync::{Arc, LazyLock};

use super::wordlists::LexiconError;

/// A thesaurus: words by their sense. It tells the model that an unseen word is of a kind with seen ones, since no set
/// of examples holds every word for a vase or for giving up. The default is the shipped one, everyday Russian and
/// English with the words of a courier; what means the same *in one trade only* is better told as
/// [`Lessons::synonyms`](super::Lessons::synonyms).
///
/// It is read from text, a sense a line: its name, a colon, its words in any inflected form and any language.
///
/// ```text
/// # a comment
/// =cancel: отменить отмена cancel
/// goods/home: ваза сервиз vase
/// animals: кошка собака cat
/// @things parcel order
/// ```
///
/// - `=` marks words that may stand for each other; without it they are only of a kind.
/// - `kind/sort` is a sort and its kind: both are senses.
/// - `@things` names the senses customers speak of by many other words: examples about a parcel stand for «где моя
///   куртка» too. `@named-by` names the kind those other words are of.
/// - `@person` and `@robot` name the senses by which «не хочу говорить с роботом» is known for a mood, not a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thesaurus(Arc<Said>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    senses: Vec<Listed>,
    things: Vec<String>,
    named_by: Option<String>,
    person: Vec<String>,
    robot: Vec<String>,
}

/// A line of a thesaurus.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Without «=», with its kind («goods/home»).
    pub(super) name: String,
    /// Whether its words may stand for each other.
    pub(super) close: bool,
    pub(super) words: Vec<String>,
}

static SHIPPED: LazyLock<Thesaurus> = LazyLock::new(|| {
    Thesaurus::parse(include_str!("lexicon/senses.txt")).expect("the shipped thesaurus is whole, as a test holds")
});

impl Default for Thesaurus {
    /// The shipped one.
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl Thesaurus {
    /// One that holds nothing: words are known by the examples and by synonyms alone.
    pub fn empty() -> Thesaurus {
        Thesaurus(Arc::default())
    }

    /// Reads a thesaurus in the form above. Empty lines are skipped.
    ///
    /// # Errors
    ///
    /// Names the first line that is neither a sense nor one of the four marks.
    pub fn parse(text: &str) -> Result<Thesaurus, LexiconError> {
        let mut said = Said::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || LexiconError::new("", line);
            if let Some(mark) = line.strip_prefix('@') {
                let mut words = mark.split_whitespace().map(str::to_owned);
                match words.next().as_deref() {
                    Some("things") => said.things.extend(words),
                    Some("named-by") => said.named_by = words.next(),
                    Some("person") => said.person.extend(words),
                    Some("robot") => said.robot.extend(words),
                    Some(_) | None => return Err(wrong()),
                }
            } else {
                let (name, words) = line.split_once(':').ok_or_else(wrong)?;
                said.senses.push(Listed {
                    name: name.trim_start_matches('=').to_owned(),
                    close: name.starts_with('='),
                    words: words.split_whitespace().map(str::to_owned).collect(),
                });
            }
        }
        Ok(Thesaurus(Arc::new(said)))
    }

    pub(super) fn senses(&self) -> &[Listed] {
        &self.0.senses
    }

    /// The words of all senses.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.senses.iter().flat_map(|listed| &listed.words).map(String::as_str)
    }

    /// The senses customers speak of by other words.
    pub(super) fn things(&self) -> &[String] {
        &self.0.things
    }

    /// The kind those other words are of.
    pub(super) fn named_by(&self) -> Option<&str> {
        self.0.named_by.as_deref()
    }

    /// The senses of people one may ask for.
    pub(super) fn person(&self) -> &[String] {
        &self.0.person
    }

    /// The senses of what one may not want to talk to.
    pub(super) fn robot(&self) -> &[String] {
        &self.0.robot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_thesaurus_is_whole() {
        let shipped = Thesaurus::default();
        let named = |name: &String| shipped.senses().iter().any(|listed| listed.name == *name);
        for marked in [shipped.things(), shipped.person(), shipped.robot()] {
            assert!(!marked.is_empty() && marked.iter().all(named), "{marked:?}");
        }
        let kind = shipped.named_by().expect("goods").to_owned() + "/";
        assert!(shipped.senses().iter().any(|listed| listed.name.starts_with(&kind)));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for bad in ["cat собака", "@animals cat", "@"] {
            let problem = Thesaurus::parse(bad).expect_err("no sense").to_string();
            assert!(problem.contains(bad), "{problem}");
        }
        assert_eq!(Thesaurus::parse("# nothing\n\n").expect("nothing"), Thesaurus::empty());
    }
}
