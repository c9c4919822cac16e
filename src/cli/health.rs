//! `otklik health`: whether the bot beside is well, asked at its own door: a container's health check needs no curl.

use super::shared::{CommandResult, PlaceArguments};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Exit status: 0 if the bot can take what comes, 1 if not, or if nobody answers.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik health")]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
}

/// How long the bot may take to answer: it gives its database two seconds.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let listen = arguments.place.place()?.variable("OTKLIK_LISTEN").ok_or(
        "OTKLIK_LISTEN is not set, so the bot has no door to be asked at: set it for both, such as 127.0.0.1:8090",
    )?;
    let listen: SocketAddr = listen.trim().parse().map_err(|_| "OTKLIK_LISTEN is not such as 127.0.0.1:8090")?;
    let address = here(listen);
    // No proxy of the environment stands between a process and its neighbour.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let answer = client.get(format!("http://{address}/readyz")).send().await.map_err(|error| {
        let why = if error.is_timeout() { "it does not answer in time" } else { "nobody listens there" };
        format!("no bot at {address}: {why}")
    })?;
    let (well, words) = (answer.status().is_success(), answer.text().await?);
    if well {
        outln!("{words}");
        Ok(())
    } else {
        Err(words.into())
    }
}

/// Where a door that listens on every address is reached from this machine.
fn here(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
