//! The owner's rules as values: terms, sums of attempts, who decides. Every text for a customer may use them by name, and
//! none may state them otherwise (`otklik check`), so that a rule that changes is changed in one place.

/// The names of the rules, each with what it holds; a text writes `{return_days}` or
/// `{return_days|день|дня|дней}` as with any number.
pub const RULES: &[(&str, &str)] = &[
    ("offer_days", "days to confirm an offer"),
    ("offer_tries", "wrong entries that an offer's link bears"),
    ("check_hours", "hours a check of the recipient's data takes at most as a rule"),
    ("stuck_hours", "hours after which such a check counts as stuck"),
    ("papers_days", "days an answer to papers sent by mail takes at most as a rule"),
    ("return_days", "days to give an order back"),
    ("dispute_days", "days to dispute a payment"),
    ("refund_days", "days until money is back at the latest"),
    ("wait_minutes", "minutes a courier waits"),
    ("attempts", "deliveries that are tried after the first missed one"),
    ("locker_hours", "hours to report a defect found at a locker"),
    ("bulky_kg", "kilograms from which goods are bulky"),
    ("bulky_cm", "centimetres of all three sides together from which goods are bulky"),
    ("side_cm", "centimetres of one side from which goods are bulky"),
    ("answer_minutes", "minutes of working time in which a person answers as a rule"),
    ("hours", "when people answer, in words"),
    ("decides", "who decides about quality and money for goods, in the nominative"),
];

/// Whether a value of this name is a rule.
pub(super) fn is_rule(name: &str) -> bool {
    RULES.iter().any(|(rule, _)| *rule == name)
}
