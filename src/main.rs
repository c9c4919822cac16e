//! The command `otklik`.

fn main() -> std::process::ExitCode {
    otklik::cli::run()
}
