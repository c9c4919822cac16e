//! What is to be said: a key and its values, before wording and language are chosen.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;
use understanding::Language;

/// A keyed text with the values it gets; wording and language are chosen when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The key, `<file>.<key>`: `human.handoff` is the key `handoff` of `human.toml`.
    pub key: String,
    /// The language it is said in.
    pub language: Language,
    pub(super) values: BTreeMap<&'static str, Value>,
    /// The zone whose clock its times of day are by, named beside them; `None` where it goes without saying.
    pub(super) clock: Option<Tz>,
    /// The owner's rules, which its text may use besides.
    pub(super) rules: Rules,
    /// Chooses the wording among the variants, before any seed does; `None` where the seed is to choose.
    pub(super) wording: Option<u64>,
}

/// A value put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words put in as they are: never read as a template.
    Text(String),
    /// A number; also chooses plural forms.
    Number(i64),
    /// Another text of the phrasebook, by its key (its first wording).
    Phrase(String),
    /// A moment in the owner's time zone, said from `now`: «сегодня до 16:40».
    Deadline {
        /// The moment it is said, by the desk's clock.
        now: DateTime<FixedOffset>,
        /// The moment that is promised.
        at: DateTime<FixedOffset>,
    },
    /// When work begins, said from `now`: «завтра с 9:00».
    Opening {
        /// The moment it is said, by the desk's clock.
        now: DateTime<FixedOffset>,
        /// The moment agents begin to work.
        at: DateTime<FixedOffset>,
    },
    /// A day, said with its month: «18 ноября».
    Date(NaiveDate),
    /// Money in kopecks: «4 500 ₽».
    Sum(i64),
    /// When people answer, as a rule: «с 9:00 до 21:00 по Москве».
    Hours(Hours),
}

/// When people answer, as a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// When they begin, by the desk's clock.
    pub opens: NaiveTime,
    /// When they leave; midnight is the end of the day.
    pub closes: NaiveTime,
    /// The desk's zone.
    pub zone: Tz,
    /// How far its clock is from UTC just now.
    pub offset: FixedOffset,
    /// On which days.
    pub days: WorkDays,
}

/// On which days people answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkDays {
    /// On all of them.
    Every,
    /// From Monday to Friday.
    Weekdays,
    /// On some.
    Some,
}

/// The rules of an owner, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Arc<BTreeMap<&'static str, Value>>);

impl Rules {
    /// These values; names that are none of [`RULES`](super::RULES) are never used.
    pub fn new(values: impl IntoIterator<Item = (&'static str, Value)>) -> Rules {
        Rules(Arc::new(values.into_iter().collect()))
    }

    /// The value of this name, if the owner has such a rule.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All values.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl Reply {
    /// A reply without values.
    pub fn new(key: impl Into<String>, language: Language) -> Reply {
        Reply {
            key: key.into(),
            language,
            values: BTreeMap::new(),
            clock: None,
            rules: Rules::default(),
            wording: None,
        }
    }

    /// The same in another language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Reply {
        self.language = language;
        self
    }

    /// With the owner's rules, which its text may use besides.
    #[must_use]
    pub fn by_rules(mut self, rules: &Rules) -> Reply {
        self.rules = rules.clone();
        self
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Reply {
        self.values.insert(name, value);
        self
    }

    /// Whether it tells a time of day.
    pub fn tells_time(&self) -> bool {
        let is_time = |value: &Value| match value {
            Value::Deadline { .. } | Value::Opening { .. } => true,
            Value::Text(_) | Value::Number(_) | Value::Phrase(_) | Value::Date(_) | Value::Sum(_) | Value::Hours(_) => {
                false
            } // names its zone itself
        };
        self.values.values().any(is_time)
    }

    /// The same for somebody whose clock may show another time: the zone is named beside its times of day («сегодня до
    /// 16:40 по Москве»).
    #[must_use]
    pub fn by_the_clock_of(mut self, zone: Tz) -> Reply {
        self.clock = Some(zone);
        self
    }

    /// In this wording: consecutive numbers are different ones, as long as there are enough.
    #[must_use]
    pub fn worded(mut self, wording: u64) -> Reply {
        self.wording = Some(wording);
        self
    }

    /// With one more value, if it is known.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<Value>) -> Reply {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}
