//! Which of several things a customer means by its place among them: «а вторая где?», «первую отмените», «обе».

use super::book::Phrasebook;
use super::words::words_of;

/// What a text means of several things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// These, from 0, in the order of the text; none where it names no place.
    These(Vec<usize>),
    /// All of them.
    All,
}

impl Phrasebook {
    /// The places that stand in `text`. «Второй раз», «в первую очередь» count something else.
    pub fn places_in(&self, text: &str) -> Places {
        let said = words_of(text);
        if said.iter().any(|word| self.books().any(|book| book.all_of_them.contains(word))) {
            return Places::All;
        }
        let begins = |word: &String, stems: &[String]| stems.iter().any(|stem| word.starts_with(stem.as_str()));
        let place = |at: usize| {
            self.books().find_map(|book| {
                let place = book.places.iter().position(|forms| forms.contains(&said[at]))?;
                let counts = said.get(at + 1).is_some_and(|next| begins(next, &book.counted));
                let fixed = at > 0 && book.before_counted.contains(&said[at - 1]);
                (!counts && !fixed).then_some(place)
            })
        };
        Places::These((0..said.len()).filter_map(place).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::Places;

    #[test]
    fn places_are_told_from_what_is_only_counted() {
        let (book, _) = load::shipped();
        for (text, places) in [
            ("а вторая где сейчас то", &[1][..]),
            ("первую наверно вообще отменить хочу", &[0]),
            ("вторую посылку тоже", &[1]),
            ("первая и третья когда", &[0, 2]),
            ("the second one please", &[1]),
            ("второй раз пишу", &[]),
            ("в первую очередь нужна", &[]),
            ("в первой половине дня", &[]),
            ("вторую неделю жду", &[]),
            ("for the second time", &[]),
            ("чего медленнее первой", &[]),
            ("где посылка", &[]),
            ("", &[]),
        ] {
            assert_eq!(book.places_in(text), Places::These(places.to_vec()), "{text}");
        }
        assert_eq!(book.places_in("отмените обе"), Places::All);
        assert_eq!(book.places_in("where are both"), Places::All);
    }
}
