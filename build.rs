//! Compiles the shipped phrasebook in: writes the list of `phrases/<language>/*.toml` that
//! `src/phrases/load.rs` includes, so that a new file needs no line of code.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=phrases");
    let root = env!("CARGO_MANIFEST_DIR");
    let mut list = String::from("&[\n");
    for language in sorted(&Path::new(root).join("phrases")) {
        println!("cargo:rerun-if-changed={}", language.display());
        for file in sorted(&language) {
            if file.extension().is_some_and(|e| e == "toml") {
                let name = |p: &Path| p.file_stem().expect("a file has a name").to_string_lossy().into_owned();
                list +=
                    &format!("    ({:?}, {:?}, include_str!({:?})),\n", name(&language), name(&file), file.display());
            }
        }
    }
    list += "]\n";
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("phrasebook.rs");
    fs::write(out, list).expect("cargo's own folder can be written");
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).map(|entries| entries.filter_map(|e| Some(e.ok()?.path())).collect()).unwrap_or_default();
    paths.sort();
    paths
}
