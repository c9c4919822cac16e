//! A target under libFuzzer: the one that this program is named after.

#![no_main]

use std::sync::LazyLock;

static TARGET: LazyLock<&otklik_fuzz::Target> =
    LazyLock::new(|| otklik_fuzz::target(env!("CARGO_BIN_NAME")).expect("a target of that name"));

// What is learned at the first input is not that input's time.
libfuzzer_sys::fuzz_target!(init: (TARGET.run)(b""), |data: &[u8]| (TARGET.run)(data));
