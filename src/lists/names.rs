//! What a status is called besides its code and the carrier's label: «В пути» for «Передано в транзит».

use crate::parcel::StatusCode;
use std::collections::{BTreeSet, HashMap};

/// Other names of statuses. Their writing is as free as that of labels: the size of letters, «ё» and dashes do not matter.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The statuses of each name: more than one where it does not tell which.
    known: HashMap<String, BTreeSet<StatusCode>>,
}

impl Names {
    /// From statuses with a name of each.
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = (StatusCode, N)>) -> Names {
        let mut known: HashMap<String, BTreeSet<StatusCode>> = HashMap::new();
        for (code, name) in names {
            known.entry(folded(name.as_ref())).or_default().insert(code);
        }
        Names { known }
    }

    /// The status of a name; `None` where it is none's.
    ///
    /// # Errors
    /// Of a name that several statuses have, what is to stand in its place.
    pub(super) fn status(&self, name: &str) -> Result<Option<StatusCode>, String> {
        let Some(codes) = self.known.get(&folded(name)) else { return Ok(None) };
        match codes.iter().collect::<Vec<_>>()[..] {
            [only] => Ok(Some(*only)),
            ref several => {
                let several: Vec<&str> = several.iter().map(|code| code.code()).collect();
                Err(format!("one status: several are called so; give its code, one of {}", several.join(", ")))
            }
        }
    }
}

/// A text as far as the size of its letters, «ё» and dashes do not matter.
pub(super) fn folded(text: &str) -> String {
    text.trim().trim_end_matches('.').to_lowercase().replace('ё', "е").replace(['—', '–'], "-")
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use super::*;
    use crate::parcel::Status;

    #[test]
    fn a_status_is_known_by_its_other_names_and_one_of_several_is_not_guessed() {
        let names = Names::new([
            (StatusCode::InTransit, "в пути"),
            (StatusCode::Delivered, "вручено"),
            (StatusCode::ArrivedTerminal, "на складе"),
            (StatusCode::ArrivedSvh, "на складе"),
            // What the carrier itself calls otherwise stays what the carrier calls so.
            (StatusCode::Refused, "доставлено получателю"),
        ]);
        let read = |text: &str| typed("1000000017", text, &names).map(|(_, status, place)| (status, place));
        let known = |code, place: Option<&str>| Ok((Status::Known(code), place.map(str::to_owned)));
        assert_eq!(read("В пути"), known(StatusCode::InTransit, None));
        assert_eq!(read("ВРУЧЕНО."), known(StatusCode::Delivered, None));
        assert_eq!(read("в пути (Тула)"), known(StatusCode::InTransit, Some("Тула")));
        assert_eq!(read("Доставлено получателю"), known(StatusCode::Delivered, None));
        assert_eq!(read("На луне"), Ok((Status::Unknown("На луне".into()), None)));
        let why = read("На складе").expect_err("several");
        assert!(["«На складе»", "arrived_svh", "arrived_terminal"].iter().all(|part| why.contains(part)), "{why}");
    }
}
