//! The names of all commands, and which of them a mistyped one was meant to be.

/// The names of the ticket commands, as they stand in `/help`.
pub(super) const TICKET: &[&str] = &[
    "/take",
    "/release",
    "/resolve",
    "/bot",
    "/to",
    "/snooze",
    "/notes",
    "/send",
    "/undo",
    "/p",
    "/взять",
    "/отпустить",
    "/решено",
    "/бот",
    "/передать",
    "/отложить",
    "/заметки",
    "/отправить",
    "/отозвать",
    "/п",
];

/// The names of the desk commands, as they stand in `/help`.
pub(super) const DESK: &[&str] = &[
    "/queue",
    "/mine",
    "/who",
    "/on",
    "/off",
    "/find",
    "/incident",
    "/unclear",
    "/stats",
    "/ban",
    "/unban",
    "/help",
    "/очередь",
    "/мои",
    "/кто",
    "/смена",
    "/ушел",
    "/ушла",
    "/найти",
    "/инцидент",
    "/непонятое",
    "/статистика",
    "/бан",
    "/разбан",
    "/помощь",
];

/// A short name may have one letter wrong, one of so many letters two.
const LONG: usize = 5;

/// The command that `name` (with its slash, small letters) is nearly: optimal string alignment distance (`strsim`).
/// `None` when none is near.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let letters = name.chars().count() - 1;
    let most = if letters < LONG { 1 } else { 2 };
    let all = TICKET.iter().chain(DESK).copied();
    let near = all.map(|known| (strsim::osa_distance(name, known), known));
    // Of one letter everything is near.
    let fitting = near.filter(|(wrong, known)| *wrong <= most && letters > 1 && *wrong * 2 < known.chars().count());
    fitting.min_by_key(|(wrong, _)| *wrong).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_known_by_what_it_nearly_is() {
        for (typed, meant) in [
            ("/tke", Some("/take")),
            ("/взать", Some("/взять")),
            ("/отлажить", Some("/отложить")),
            ("/релиз", None),
            ("/queu", Some("/queue")),
            ("/resovle", Some("/resolve")),
            ("/figures", None),
            ("/x", None),
            ("/чтотонето", None),
        ] {
            assert_eq!(nearest(typed), meant, "{typed}");
        }
    }
}
