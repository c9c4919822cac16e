//! The load as an engineer starts it, small and fast: the clock's speed belongs to the process, so it runs in
//! one of its own.

use serde_json::Value;
use std::process::Command;

#[test]
fn a_small_burst_loses_nothing() {
    let json = std::env::temp_dir().join(format!("otklik_load_{}.json", std::process::id()));
    let done = Command::new(env!("CARGO_BIN_EXE_otklik"))
        .args("load --customers 12 --agents 3 --burst-seconds 60 --speed 120 --minutes 120 --json".split(' '))
        .arg(&json)
        .current_dir(std::env::temp_dir())
        .output()
        .expect("the program starts");
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let report = std::fs::read(&json).unwrap_or_else(|error| panic!("no report ({error}):\n{told}"));
    let _ = std::fs::remove_file(&json);
    let report: Value = serde_json::from_slice(&report).expect("the report is JSON");
    for what in ["lost", "doubled", "out_of_order", "wrong", "cards_first"] {
        assert_eq!(report["findings"][what], 0, "{what}:\n{told}");
    }
    assert!(done.status.success(), "and so it ends well:\n{told}");
    assert_eq!(report["cut"], false, "all was done in time:\n{told}");
    assert_eq!(report["first_answer"]["count"], 12, "everybody was answered:\n{told}");
    assert_eq!(report["too_many_requests"], 0, "Telegram's limits were kept:\n{told}");
}
