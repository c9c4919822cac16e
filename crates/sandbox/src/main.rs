//! The command `otklik-sandbox`: the stand-in as a program, for a bot in any language and for trying it by hand.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use otklik_sandbox::{Options, Sandbox};

/// A strict stand-in of Telegram's Bot API on this machine, with a page to write to the bot and to answer as its desk.
#[derive(Parser)]
#[command(name = "otklik-sandbox", version)]
struct Arguments {
    /// The port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep what happens in this file, and go on from it; otherwise all is forgotten at the end
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Answer as fast as the bot asks, without Telegram's limits
    #[arg(long)]
    without_limits: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { port, data, without_limits } = Arguments::parse();
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
    let options = Options { port, journal: data, limits: !without_limits, ..Options::default() };
    let sandbox = match Sandbox::start(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("otklik-sandbox: cannot start on port {port}: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("page   {url}\nserver {url}\ntoken  {}\ndesk   {}", sandbox.token(), sandbox.desk(), url = sandbox.url());
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("otklik-sandbox: cannot wait for Ctrl-C: {error}");
        return ExitCode::FAILURE;
    }
    sandbox.stop().await;
    ExitCode::SUCCESS
}
