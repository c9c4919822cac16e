//! How much memory a process takes that learns the shipped phrases, and one that reads what another has learned: the
//! program itself, for what the tests beside this one take would count too.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Megabytes of data, without the program's own pages, of a process that understands messages. Some 70 when it has read
/// what was learned, and 80 when it has learned it itself.
const AT_WORK: u64 = 100;
/// Megabytes at most while it learns, the program's own pages too. Some 235.
const LEARNING: u64 = 290;

/// Starts a process that understands messages, and tells its memory, in megabytes, when it has read one: that of its data
/// now, and the most that it has had.
fn memory(folder: &Path) -> (u64, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otklik"));
    command.arg("understand").current_dir(folder).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().expect("the program starts");
    let mut input = process.stdin.take().expect("a pipe");
    writeln!(input, "где моя посылка").expect("it listens");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut line).expect("it answers");
    assert!(line.contains("where_is_parcel"), "{line}");
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).expect("it is at work");
    drop(input);
    process.wait().expect("it ends");
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
        let kilobytes = line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok());
        kilobytes.expect("a number") / 1024
    };
    (megabytes("RssAnon:"), megabytes("VmHWM:"))
}

#[test]
fn what_is_understood_takes_little_memory() {
    let folder = std::env::temp_dir().join(format!("otklik_memory_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("otklik.toml"), "[understanding]\ncache = \".\"\n").expect("a file");
    let (learned, learning) = memory(&folder);
    let (read, reading) = memory(&folder);
    fs::remove_dir_all(&folder).expect("to tidy up");
    println!("learned: {learned} MB, {learning} at most; read: {read} MB, {reading} at most");
    assert!(learned <= AT_WORK && read <= AT_WORK, "{learned} MB after learning, {read} MB after reading it");
    assert!(learning <= LEARNING, "{learning} MB while learning");
    assert!(reading < learning, "{reading} MB: it has learned again instead of reading what was learned");
}
