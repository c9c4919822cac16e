//! Which word form goes with a number (Unicode CLDR, «Language Plural Rules», whole numbers only).

/// A rule, by which a language chooses among its word forms. Texts give the forms in the order of the rule's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PluralRule {
    /// One form for all numbers: Turkish, Kazakh.
    Other,
    /// «1 day», «0 days»: English, German.
    OneOther,
    /// «0 jour», «1 jour», «2 jours»: French.
    OneOtherFrench,
    /// «21 день», «22 дня», «25 дней»: Russian, Ukrainian, Belarusian.
    OneFewManySlavic,
    /// «1 dzień», «22 dni», «21 dni», «5 dni»: Polish.
    OneFewManyPolish,
}

impl PluralRule {
    const ALL: [PluralRule; 5] = [
        PluralRule::Other,
        PluralRule::OneOther,
        PluralRule::OneOtherFrench,
        PluralRule::OneFewManySlavic,
        PluralRule::OneFewManyPolish,
    ];

    /// Its name in `language.toml`.
    pub(super) fn name(self) -> &'static str {
        match self {
            PluralRule::Other => "other",
            PluralRule::OneOther => "one-other",
            PluralRule::OneOtherFrench => "one-other-french",
            PluralRule::OneFewManySlavic => "one-few-many-slavic",
            PluralRule::OneFewManyPolish => "one-few-many-polish",
        }
    }

    /// The rule of this name; `None` when there is none.
    pub(super) fn named(name: &str) -> Option<PluralRule> {
        PluralRule::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The names of all rules.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        PluralRule::ALL.into_iter().map(PluralRule::name)
    }

    /// How many word forms a text gives.
    pub(super) fn forms(self) -> usize {
        match self {
            PluralRule::Other => 1,
            PluralRule::OneOther | PluralRule::OneOtherFrench => 2,
            PluralRule::OneFewManySlavic | PluralRule::OneFewManyPolish => 3,
        }
    }

    /// Which of them goes with `n`, counted from 0.
    pub(super) fn form(self, n: i64) -> usize {
        let n = n.unsigned_abs();
        let few = matches!(n % 10, 2..=4) && !matches!(n % 100, 12..=14);
        match self {
            PluralRule::Other => 0,
            PluralRule::OneOther => usize::from(n != 1),
            PluralRule::OneOtherFrench => usize::from(n > 1),
            PluralRule::OneFewManySlavic if n % 10 == 1 && n % 100 != 11 => 0,
            PluralRule::OneFewManyPolish if n == 1 => 0,
            PluralRule::OneFewManySlavic | PluralRule::OneFewManyPolish => usize::from(!few) + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_go_with_numbers() {
        for (rule, forms) in [
            (PluralRule::Other, [0, 0, 0, 0, 0, 0, 0]),
            (PluralRule::OneOther, [1, 0, 1, 1, 1, 1, 1]),
            (PluralRule::OneOtherFrench, [0, 0, 1, 1, 1, 1, 1]),
            (PluralRule::OneFewManySlavic, [2, 0, 1, 2, 2, 0, 1]),
            (PluralRule::OneFewManyPolish, [2, 0, 1, 2, 2, 2, 1]),
        ] {
            assert_eq!([0, 1, 2, 5, 12, 21, 22].map(|n| rule.form(n)), forms, "{}", rule.name());
            assert!(forms.iter().all(|form| *form < rule.forms()));
            assert_eq!((rule.form(-1), PluralRule::named(rule.name())), (rule.form(1), Some(rule)));
        }
    }
}
