//! The bot as a service of systemd: it says when it is ready, that it is alive, and that it ends.

use crate::support::options;
use sandbox::{Fault, Method, Sandbox};
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn systemd_is_told_when_it_receives_that_it_lives_and_that_it_ends() {
    let sandbox = Sandbox::start(options(false)).await.expect("a free port");
    let folder = std::env::temp_dir().join(format!("otklik_supervised_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let socket = UnixDatagram::bind(folder.join("notify")).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
    // Telegram does not let it receive at first.
    sandbox.fault(Fault::ServerError { method: Method::GetUpdates, times: 2 });
    let mut bot = Command::new(env!("CARGO_BIN_EXE_otklik"))
        .arg("run")
        .current_dir(&folder)
        .env_clear()
        .env("TELOXIDE_TOKEN", sandbox.token())
        .env("TELOXIDE_API_URL", sandbox.url())
        .env("OTKLIK_DESK", sandbox.desk().to_string())
        .env("NOTIFY_SOCKET", folder.join("notify"))
        .env("WATCHDOG_USEC", "200000")
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let told = || {
        let mut word = [0; 64];
        let count = socket.recv(&mut word).expect("it is told in time");
        String::from_utf8_lossy(&word[..count]).trim().to_owned()
    };
    let polls = || sandbox.calls().iter().filter(|call| call.method == "getUpdates").count();
    let first = tokio::task::block_in_place(told);
    assert_eq!((first.as_str(), polls() >= 3), ("READY=1", true), "only when it receives: {} polls", polls());
    for _ in 0..3 {
        assert_eq!(tokio::task::block_in_place(told), "WATCHDOG=1");
    }
    Command::new("kill").arg(bot.id().to_string()).status().expect("kill");
    let mut last = tokio::task::block_in_place(told);
    while last == "WATCHDOG=1" {
        last = tokio::task::block_in_place(told);
    }
    assert_eq!(last, "STOPPING=1");
    assert!(bot.wait().expect("it ends").success());
    let _ = std::fs::remove_dir_all(folder);
}
