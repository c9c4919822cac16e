//! The table of truth and request: what the bot says to each request about a parcel, by what holds for that parcel.
//! `tests/truth/*.md` shows every cell to a support lead; `OTKLIK_RENDER=1` writes them anew, for review in the diff.

use crate::transcripts;
use std::fs;
use std::path::Path;

/// What holds, and a parcel of which it holds. Most lists plan it for the day after tomorrow, whatever else they say.
const TRUTHS: [(&str, &str); 20] = [
    ("preorder", "preorder_received +2 order=accepted sum=4500"),
    ("offer_to_confirm", "offer_sent +2 offer=sent arrived=-4"),
    ("offer_checking", "offer_sent +2 offer=checking arrived=-4 checking=2h"),
    ("offer_blocked", "offer_sent +2 offer=blocked arrived=-4"),
    ("offer_expired", "arrived_svh +2 offer=sent arrived=-20 order=in_transit sum=4500"),
    ("at_customs", "customs_inspection +2 offer=confirmed arrived=-4 order=in_transit sum=4500"),
    ("duty_due", "customs_payment_due +2 order=in_transit sum=4500"),
    ("papers_due", "customs_documents_due +2 order=in_transit sum=4500"),
    ("prohibited", "prohibited_goods +2 order=in_transit sum=4500"),
    ("on_its_way", "arrived_terminal +2 Тверь order=in_transit sum=4500"),
    ("today", "delivery_today +0 order=in_transit sum=4500"),
    ("day_to_agree", "ready_for_delivery +2 Тверь order=in_transit sum=4500"),
    ("place_to_agree", "locker_unavailable +2 order=in_transit sum=4500"),
    ("missed", "not_delivered_closed +0 order=in_transit sum=4500"),
    ("pickup", "ready_for_pickup +2 Тверская,5 order=in_transit sum=4500"),
    ("going_back", "returning +2 order=in_transit sum=4500"),
    ("cancelled", "arrived_terminal +2 order=cancelled sum=4500"),
    ("delivered", "delivered +2 order=delivered delivered=-1 sum=4500"),
    ("late", "left_terminal -2 Тверь order=in_transit sum=4500"),
    ("unknown", "«Принято роботом-сортировщиком»"),
];

/// What is asked: the words before, if it follows on an answer, and the words.
type Request = (&'static str, Option<&'static str>, &'static str);

const RU: [Request; 10] = [
    ("where", None, "где посылка 1000000017"),
    ("when", Some("где посылка 1000000017"), "а когда?"),
    ("sure", Some("где посылка 1000000017"), "а точно?"),
    ("why", Some("где посылка 1000000017"), "а почему так?"),
    ("what to do", Some("где посылка 1000000017"), "и что мне делать?"),
    ("refund", None, "верните деньги за 1000000017, посылка не пришла"),
    ("cancel", None, "отмените заказ 1000000017"),
    ("offer", None, "не подтверждается оферта 1000000017"),
    ("link", None, "пришлите ссылку на оферту 1000000017"),
    ("another day", None, "хочу перенести доставку 1000000017 на другой день"),
];

const EN: [Request; 10] = [
    ("where", None, "where is my parcel 1000000017"),
    ("when", Some("where is my parcel 1000000017"), "and when?"),
    ("sure", Some("where is my parcel 1000000017"), "are you sure?"),
    ("why", Some("where is my parcel 1000000017"), "but why?"),
    ("what to do", Some("where is my parcel 1000000017"), "so what do I do now?"),
    ("refund", None, "I want my money back for 1000000017, the parcel did not come"),
    ("cancel", None, "cancel my order 1000000017"),
    ("offer", None, "the customs offer 1000000017 is not confirmed"),
    ("link", None, "send me the link to the offer 1000000017"),
    ("another day", None, "I want to move the delivery of 1000000017 to another day"),
];

/// What the bot says to a request, without what the desk sees.
fn cell(language: &str, parcel: &str, before: Option<&str>, words: &str) -> String {
    let before = before.map(|words| format!("> {words}\n")).unwrap_or_default();
    let written = format!("speaks {language}\nparcel 1000000017 {parcel}\n{before}> {words}\n");
    let played = transcripts::played(&written);
    let (_, answer) = played.rsplit_once(&format!("> {words}\n")).expect("the words are played");
    let mut is_bots = false;
    let mut lines = Vec::new();
    for line in answer.lines() {
        if let Some(said) = line.strip_prefix("< ") {
            is_bots = true;
            lines.push(said.to_owned());
        } else if let Some(more) = line.strip_prefix("  ").filter(|_| is_bots) {
            lines.push(more.to_owned());
        } else {
            is_bots = line.is_empty() && is_bots;
        }
    }
    if answer.contains("desk<") {
        lines.push("(to people)".into());
    }
    lines.join("\n")
}

fn table(language: &str, requests: &[Request]) -> Vec<(&'static str, &'static str, String)> {
    let cells = TRUTHS.iter().flat_map(|(truth, parcel)| {
        requests.iter().map(move |(name, before, words)| (*truth, *name, cell(language, parcel, *before, words)))
    });
    cells.collect()
}

fn page(requests: &[Request], cells: &[(&str, &str, String)]) -> String {
    let mut page = String::from(
        "What the bot says to each request about a parcel, by what holds for it. Written by `tests/it/truth.rs`\n\
         (`OTKLIK_RENDER=1`), for a support lead to read; the words are those of `phrases/`. Today is 23 November.\n",
    );
    for (truth, parcel) in TRUTHS {
        page += &format!("\n## {truth}\n\n`{parcel}`\n");
        for (name, _, words) in requests {
            let said = cells.iter().find(|cell| cell.0 == truth && cell.1 == *name).expect("a cell");
            let said: String = said.2.lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect();
            page += &format!("\n**{name}**: {words}\n\n{said}");
        }
    }
    page
}

#[test]
fn each_request_about_a_parcel_is_answered_by_what_holds_for_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/truth");
    let mut wrong = Vec::new();
    for (language, requests) in [("ru", RU), ("en", EN)] {
        let cells = table(language, &requests);
        assert_eq!(cells.len(), 200);
        let path = folder.join(format!("{language}.md"));
        let page = page(&requests, &cells);
        let written = fs::read_to_string(&path).unwrap_or_default();
        if page != written {
            match std::env::var("OTKLIK_RENDER") {
                Ok(_) => fs::write(&path, &page).expect("the table is written"),
                Err(_) => wrong.push(format!("{} is not what the bot says now", path.display())),
            }
        }
        for (truth, request, said) in &cells {
            wrong.extend(
                contradictions(truth, said).map(|what| format!("{language}: {truth} × {request}: {what}\n{said}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}\nRight as it is? OTKLIK_RENDER=1 writes it down.", wrong.join("\n\n"));
}

/// What a cell says that cannot be true of its parcel.
fn contradictions(truth: &str, said: &str) -> impl Iterator<Item = String> {
    let small = said.to_lowercase();
    let has_day = matches!(truth, "preorder" | "at_customs" | "on_its_way" | "day_to_agree");
    let is_stopped = matches!(truth, "offer_expired" | "prohibited" | "going_back" | "cancelled");
    let is_over = is_stopped || truth == "delivered";
    // A day of delivery where there is none; what is only of a parcel that comes; a promise to people who wait for none.
    let days: &[&str] = if has_day { &[] } else { &["25 ноября", "25 november"] };
    let comes: &[&str] = if is_over {
        &[
            "при получении",
            "при вручении",
            "идёт своим ходом",
            "пойдёт дальше",
            "поедет дальше",
            "в пути, по плану",
            "refuse it at the door",
            "moves on",
            "on its way to you",
        ]
    } else {
        &[]
    };
    let pays: &[&str] = &["оплатите по нему", "уведомление о платеже"];
    let asked: &[&str] = &["пришлите трек-номер", "пришлите номер", "send the tracking number"];
    let empty = said.trim().is_empty().then(|| "nothing is said".to_owned());
    let all = [days, comes, pays, asked].concat();
    let said_wrong =
        all.into_iter().filter(move |wrong| small.contains(wrong)).map(|wrong| format!("it says «{wrong}»"));
    said_wrong.chain(empty).collect::<Vec<_>>().into_iter()
}
