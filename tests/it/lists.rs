//! Lists as shops have them, read by the program itself: `otklik parcels import`, and what is in the tables then.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own for a list and a database.
struct Shop {
    folder: PathBuf,
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// How a command ended: its exit status, and what it said on standard output and on standard error.
struct Ended {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Shop {
    fn new(name: &str) -> Shop {
        let folder = std::env::temp_dir().join(format!("otklik_lists_{name}_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Shop { folder }
    }

    /// Runs `otklik parcels …` in the shop's folder.
    fn parcels(&self, arguments: &[&str]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_otklik"))
            .arg("parcels")
            .args(arguments)
            .current_dir(&self.folder)
            .env("DATABASE_URL", format!("sqlite://{}", self.database().display()))
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ended { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("otklik.db")
    }

    /// Saves a list and imports it.
    fn import(&self, name: &str, list: &[u8]) -> Ended {
        std::fs::write(self.folder.join(name), list).expect("a list can be saved");
        self.parcels(&["import", name])
    }

    fn show(&self, number: &str) -> String {
        self.parcels(&["show", number]).out
    }
}

#[test]
fn a_list_of_russian_excel_is_imported_and_shown_as_given() {
    let shop = Shop::new("excel");
    let list = "Номер;Статус;Место;Дата доставки;Телефон;Заказ;Сумма\r\n\
                1000000017;Передано в транзит;Тула;30.11.2026;8 (900) 000-00-01 доб. 12;в пути;2 490,00\r\n\
                РА123456785RU;Улетело;;30.11.26;79000000002.0\r\n";
    let ended = shop.import("list.csv", &encoding_rs::WINDOWS_1251.encode(list).0);
    assert_eq!((ended.status, ended.out.as_str()), (Some(0), "2 parcels imported, 0 rows left out\n"), "{}", ended.err);
    assert!(ended.err.contains("Дата доставки → planned"), "what was made of the columns is told: {}", ended.err);
    assert!(ended.err.contains("«Улетело»"), "a status of its own is told of: {}", ended.err);
    let shown = shop.show("1000000017");
    for part in ["\"in_transit\"", "\"Тула\"", "\"2026-11-30\"", "\"sum\": \"2490\"", "phone: …01"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    // With a Latin «P», as the carrier prints it and as customers are understood.
    assert!(shop.show("PA123456785RU").contains("phone: …02"));
}

#[test]
fn a_status_may_be_given_by_its_other_names() {
    let shop = Shop::new("names");
    let list = "номер;статус\n1000000017;В пути\n1000000018;ВРУЧЕНО\n1000000019;at customs\n";
    let ended = shop.import("list.csv", list.as_bytes());
    let told = "3 parcels imported, 0 rows left out\n";
    assert_eq!((ended.status, ended.out.as_str()), (Some(0), told), "{}", ended.err);
    assert!(!ended.err.contains("none of the known ones"), "{}", ended.err);
    for (number, code) in
        [("1000000017", "in_transit"), ("1000000018", "delivered"), ("1000000019", "customs_submitted")]
    {
        assert!(shop.show(number).contains(&format!("\"{code}\"")), "{}", shop.show(number));
    }
    let ended = shop.parcels(&["push", "1000000017", "Прибыла на терминал"]);
    assert_eq!((ended.status, ended.out.as_str()), (Some(0), "1000000017: Отправление поступило на терминал\n"));
    // A name that the owner gave to two of them tells neither.
    let phrases = shop.folder.join("phrases");
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("phrases");
    let copied = Command::new("cp").args(["-r"]).args([&shipped, &phrases]).status().expect("cp");
    assert!(copied.success());
    let file = phrases.join("ru/statuses.toml");
    let text = std::fs::read_to_string(&file).expect("a file");
    std::fs::write(&file, text.replace("names = \"досмотр\"", "names = \"досмотр; в пути\"")).expect("to write");
    let ended = shop.parcels(&["import", "list.csv", "--phrases", "phrases"]);
    assert_eq!((ended.status, ended.out.as_str()), (Some(1), "2 parcels imported, 1 rows left out\n"), "{}", ended.err);
    let why = "list.csv:2: 1000000017: status «В пути» is not one status: several are called so; give its code, one of \
               customs_inspection, in_transit";
    assert!(ended.err.contains(why), "{}", ended.err);
}

#[test]
fn what_is_spoiled_is_told_and_left_out() {
    let shop = Shop::new("spoiled");
    let list = "number,status,phone\n\
                1.23457E+11,delivered,79000000001\n\
                1.23457E+11,delivered,79000000002\n\
                abc,delivered,79000000001\n\
                1000000017,nonsense,79000000001\n\
                1000000018,delivered,79000000001\n\
                1000000019,\"delivered,79000000001\n\
                1000000020,delivered,79000000001\n";
    let ended = shop.import("list.csv", list.as_bytes());
    assert_eq!((ended.status, ended.out.as_str()), (Some(1), "1 parcels imported, 6 rows left out\n"), "{}", ended.err);
    for part in [
        "list.csv:2: number «1.23457E+11» is not whole: Excel has shortened the number; format the column as text",
        "list.csv:3: ",
        "list.csv:4: number «abc»",
        "list.csv:5: 1000000017: status «nonsense»",
        "list.csv:7: the quote that opens here is never closed; lines 7 to 8 were not read",
        "2 rows were left out",
    ] {
        assert!(ended.err.contains(part), "{part} is missing in {}", ended.err);
    }
    assert!(shop.show("1000000018").contains("delivered"));
    assert!(shop.show("1000000020").is_empty(), "nothing is taken from what the quote swallows");
}

#[test]
fn phones_follow_the_rules_of_the_set_country() {
    let shop = Shop::new("country");
    std::fs::write(shop.folder.join("otklik.toml"), "phone_country = \"DE\"\n").expect("settings");
    let ended = shop.import("list.csv", "number,status,phone\n1000000017,delivered,030 901820\n".as_bytes());
    assert_eq!(ended.status, Some(0), "{}", ended.err);
    assert!(shop.show("1000000017").contains("phone: …20"), "{}", shop.show("1000000017"));
}

#[test]
fn nothing_that_can_be_read_is_an_end_of_its_own() {
    let shop = Shop::new("nothing");
    for (list, part) in [
        (&b"number;phone\n1000000017;1\n"[..], "missing: status"),
        (b"number;status\nabc;delivered\n", "no row could be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
        (b"", "empty"),
    ] {
        let ended = shop.import("list.csv", list);
        assert!(ended.status == Some(3) && ended.err.contains(part), "{:?}: {}", ended.status, ended.err);
    }
    let ended = shop.parcels(&["import", "none.csv"]);
    assert!(ended.status == Some(3) && ended.err.contains("none.csv"), "{:?}: {}", ended.status, ended.err);
    assert_eq!(shop.parcels(&["import"]).status, Some(2), "a command line that is none");
}

#[test]
fn a_dry_run_changes_nothing() {
    let shop = Shop::new("dry");
    std::fs::write(shop.folder.join("list.csv"), "number;status\n1000000017;delivered\n17;delivered\n")
        .expect("a list");
    let ended = shop.parcels(&["import", "--dry-run", "list.csv"]);
    assert_eq!((ended.status, ended.out.as_str()), (Some(1), "1 parcels would be imported, 1 rows left out\n"));
    assert!(ended.err.contains("list.csv:3: number «17»"), "{}", ended.err);
    assert!(!shop.database().exists(), "not even a database is made");
}

#[test]
fn a_step_that_is_typed_wrong_is_not_taken() {
    let shop = Shop::new("push");
    let ended = shop.parcels(&["push", "1000000017", "nonsense"]);
    assert!(ended.status == Some(1) && ended.err.contains("«nonsense» is not a status"), "{}", ended.err);
    assert_eq!(shop.parcels(&["push", "1000000017", "Доставлено получателю"]).status, Some(0));
    assert!(shop.show("1000000017").contains("delivered"));
}

/// Saves a workbook of a list: the header, then `rows` rows that `fill` writes into.
fn workbook(path: &Path, fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Заметки").expect("a name").write(0, 0, "для себя").expect("a cell");
    let sheet = book.add_worksheet().set_name("Посылки").expect("a name");
    for (column, name) in (0_u16..).zip(["Номер", "Статус", "Дата доставки", "Телефон", "Сумма", "Заказ"])
    {
        sheet.write(1, column, name).expect("a cell");
    }
    fill(sheet);
    book.save(path).expect("a workbook can be saved");
}

#[test]
fn a_workbook_is_read_by_what_its_cells_are() {
    let shop = Shop::new("workbook");
    workbook(&shop.folder.join("list.xlsx"), |sheet| {
        let date = Format::new().set_num_format("dd.mm.yyyy");
        let day = ExcelDateTime::from_ymd(2026, 11, 30).expect("a day");
        let mut row = |row: u32, number: f64, status: &str| {
            sheet.write(row, 0, number).expect("a number");
            sheet.write(row, 1, status).expect("a text");
        };
        row(2, 1_000_000_017.0, "Передано в транзит");
        row(3, 1_000_000_018.0, "delivered");
        row(4, 1_234_567_890_123_456.0, "delivered");
        row(6, 1_000_000_019.0, "delivered");
        sheet.write_with_format(2, 2, &day, &date).expect("a date");
        sheet.write(2, 3, 79_000_000_001_f64).expect("a phone");
        sheet.write(2, 4, 2490.5).expect("a sum");
        sheet.write(2, 5, "in_transit").expect("a state");
        sheet.write(3, 2, 46_356).expect("a bare number");
        sheet.write(6, 2, "30.11.2026").expect("a text that is a date");
    });
    let ended = shop.parcels(&["import", "list.xlsx"]);
    assert_eq!((ended.status, ended.out.as_str()), (Some(1), "2 parcels imported, 2 rows left out\n"), "{}", ended.err);
    assert!(ended.err.contains("list.xlsx:4: 1000000018: planned «46356» is not a date"), "{}", ended.err);
    assert!(ended.err.contains("list.xlsx:5: number «1234567890123456» is not whole"), "{}", ended.err);
    let shown = shop.show("1000000017");
    for part in ["\"in_transit\"", "\"2026-11-30\"", "\"sum\": \"2490.50\"", "phone: …01"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    assert!(shop.show("1000000019").contains("2026-11-30"), "the row behind an empty one");
}
