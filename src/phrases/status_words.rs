//! Which of the carrier's statuses a customer's words name: «что значит убыло с терминала».

use super::book::Phrasebook;
use super::words::words_of;
use crate::parcel::StatusCode;

/// A status is asked about near the beginning of a message; the rest of a long one is not searched for it.
const LONGEST: usize = 60;
/// So much of a label, or of a sentence of it, must be there, by the weight of its words.
const COVERED: f64 = 0.75;
/// More statuses than this that fit equally are no answer.
const MOST: usize = 2;
/// A word of a label that weighs less than this, alone, names no status: «доставка».
const TELLING: f64 = 2.0;

impl Phrasebook {
    /// The statuses whose label stands in `text`, typos forgiven: the best one, or two that fit equally («доставка не
    /// осуществлена»); none where no label stands there. Labels are known in all languages.
    pub fn statuses_in(&self, text: &str) -> Vec<StatusCode> {
        let mut said = words_of(text);
        said.truncate(LONGEST);
        let labels = self.labels_of_statuses();
        let weight = |word: &String| {
            let with = labels.iter().filter(|(_, parts)| parts.iter().flatten().any(|own| own == word)).count();
            (labels.len() as f64 / with.max(1) as f64).ln()
        };
        let mut best: Vec<(f64, StatusCode)> = Vec::new();
        for (code, parts) in &labels {
            let covered = |part: &Vec<String>| {
                let all: f64 = part.iter().map(weight).sum();
                let found: f64 = part.iter().filter(|own| said.iter().any(|word| alike(word, own))).map(weight).sum();
                (all > 0.0 && found >= all * COVERED && found >= TELLING).then_some(found)
            };
            if let Some(found) = parts.iter().filter_map(covered).max_by(f64::total_cmp) {
                best.push((found, *code));
            }
        }
        let most = best.iter().map(|(found, _)| *found).fold(0.0, f64::max);
        let mut named: Vec<StatusCode> =
            best.into_iter().filter(|(found, _)| most - found < 1e-6).map(|(_, code)| code).collect();
        named.dedup();
        if named.len() > MOST { Vec::new() } else { named }
    }

    /// What each status is called in any of the languages: its label there, and what people call it besides.
    pub fn names_of_statuses(&self) -> Vec<(StatusCode, String)> {
        let mut named = Vec::new();
        for (_, book) in &self.books {
            for code in StatusCode::ALL {
                let text = |what: &str| -> String {
                    let texts = book.phrases.get(&format!("status.{}.{what}", code.code()));
                    texts.into_iter().flatten().flat_map(|template| template.texts()).collect()
                };
                let (label, names) = (text("label"), text("names"));
                let all = std::iter::once(label.as_str()).chain(names.split(';')).map(str::trim);
                named.extend(all.filter(|name| !name.is_empty()).map(|name| (*code, name.to_owned())));
            }
        }
        named
    }

    /// The labels in all languages, each as the words of its sentences and of the whole, and of what people call it.
    fn labels_of_statuses(&self) -> Vec<(StatusCode, Vec<Vec<String>>)> {
        let mut labels = Vec::new();
        for (_, book) in &self.books {
            for code in StatusCode::ALL {
                let Some(label) = book.phrases.get(&format!("status.{}.label", code.code())) else { continue };
                let text: String = label.iter().flat_map(|template| template.texts()).collect();
                let words = |part: &str| words_of(part).into_iter().filter(|word| tells(word)).collect::<Vec<_>>();
                let names = book.phrases.get(&format!("status.{}.names", code.code()));
                let names: String = names.into_iter().flatten().flat_map(|template| template.texts()).collect();
                let parts = text.split(['.', '—', ':', ';']).chain([text.as_str()]).chain(names.split(';')).map(words);
                labels.push((*code, parts.filter(|part| !part.is_empty()).collect()));
            }
        }
        labels
    }
}

/// Whether a word of a label tells anything: small words and «отправление», which any label may have, do not.
fn tells(word: &str) -> bool {
    const SAYS_NOTHING: [&str; 14] = [
        "отправление",
        "отправления",
        "посылка",
        "получателя",
        "получателем",
        "parcel",
        "shipment",
        "the",
        "and",
        "has",
        "been",
        "for",
        "your",
        "with",
    ];
    word.chars().count() >= 3 && !SAYS_NOTHING.contains(&word)
}

/// Whether two words are forms of one: they begin alike for all but the ending, give or take a typo in a long one.
fn alike(said: &str, own: &str) -> bool {
    let (said_length, length) = (said.chars().count(), own.chars().count());
    let (shorter, longer) = (said_length.min(length), said_length.max(length));
    // Of «доставка» and «доставлено» only the beginning is one.
    let least = shorter.saturating_sub(2).max(longer.saturating_sub(3)).max(4);
    if said == own {
        return true;
    }
    if said_length < 4 || length < 4 || said_length.abs_diff(length) > 3 {
        return false;
    }
    let common = said.chars().zip(own.chars()).take_while(|(a, b)| a == b).count();
    common >= least || (length >= 7 && strsim::osa_distance(said, own) <= 1)
}

#[cfg(test)]
mod tests {
    use super::super::load;

    #[test]
    fn a_label_is_found_in_words() {
        let (book, _) = load::shipped();
        for (text, expected) in [
            ("что значит расконсолидация на выпуск", &["deconsolidation_release"][..]),
            ("статус убыл с терминала это что", &["left_terminal"]),
            ("рассконсолидация на остаток что это", &["deconsolidation_rest"]),
            ("прибыл на свх что значит", &["arrived_svh"]),
            ("прибыло на СВХ но не готово, как понимать", &["arrived_svh_not_ready"]),
            ("что означает задержка при таможенном оформлении", &["customs_delay"]),
            ("доставка не осуществлена", &["not_delivered_closed", "not_delivered_day_off"]),
            ("передано в транзит что это", &["in_transit"]),
            ("написано прибыло, но не заявлено", &["arrived_not_declared"]),
            ("таможенный досмотр это долго?", &["customs_inspection"]),
            ("что значит выпущено таможней", &["customs_released"]),
            ("what does customs inspection mean", &["customs_inspection"]),
            ("что значит статус вручена", &["delivered"]),
            ("что такое доставлено", &["delivered"]),
            ("что значит прошла таможню", &["customs_released"]),
            ("что значит проходит таможню", &["customs_submitted"]),
            ("статус в пути это как понимать", &["in_transit"]),
            ("what does cleared customs mean", &["customs_released"]),
            ("где моя посылка", &[]),
            ("когда доставка", &[]),
            ("что значит ваш ответ", &[]),
        ] {
            let found: Vec<&str> = book.statuses_in(text).into_iter().map(|code| code.code()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
