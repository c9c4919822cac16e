//! The door and strangers: what keeps a connection open and asks nothing is closed, and shuts nobody out.

use crate::support::{Database, Db, store};
use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use otklik::door::{Door, DoorLimits, Health};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A failing test must end; nothing that passes waits for this.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than any test.
const NEVER: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(100);

/// A door at work.
struct Opened {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    work: JoinHandle<()>,
    _database: Database,
}

async fn opened(limits: DoorLimits) -> Opened {
    let (store, database) = store(Db::Sqlite).await;
    let door = Door::open("127.0.0.1:0".parse().expect("an address")).await.expect("a free port").within(limits);
    let (address, (stop, stops)) = (door.address(), watch::channel(false));
    let routes = Router::new().route("/take", post(async |body: Bytes| body));
    let work = tokio::spawn(door.run(routes, Health::new(store, stops)));
    Opened { address, stop, work, _database: database }
}

/// A stranger who has said this much.
async fn stranger(door: &Opened, said: &str) -> TcpStream {
    let mut stream = TcpStream::connect(door.address).await.expect("the door is there");
    stream.write_all(said.as_bytes()).await.expect("the door listens");
    stream
}

/// All that the door says until it closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    // Closed with something unread in it is a reset.
    let _ = read.expect("the connection is closed");
    String::from_utf8_lossy(&said).into_owned()
}

async fn health(door: &Opened) -> u16 {
    let asked = reqwest::get(format!("http://{}/healthz", door.address));
    let answer = tokio::time::timeout(PATIENCE, asked).await.expect("in time").expect("an answer");
    answer.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_too_little_is_closed() {
    let door = opened(DoorLimits { head: SOON, whole: NEVER, ..DoorLimits::default() }).await;
    for said in ["", "GET /healthz", "GET /healthz HTTP/1.1\r\nHost: otklik\r\nX-Slow: 1\r\n"] {
        let mut half = stranger(&door, said).await;
        let answer = until_closed(&mut half).await;
        assert!(!answer.contains("200"), "{said:?}: {answer}");
    }
    // One that is idle after its answer, as well.
    let mut idle = stranger(&door, "GET /healthz HTTP/1.1\r\nHost: otklik\r\n\r\n").await;
    assert!(until_closed(&mut idle).await.starts_with("HTTP/1.1 200"));
    assert_eq!(health(&door).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let door = opened(DoorLimits { head: NEVER, whole: SOON, ..DoorLimits::default() }).await;
    let mut slow = stranger(&door, "POST /take HTTP/1.1\r\nHost: otklik\r\nContent-Length: 9\r\n\r\nhalf").await;
    assert!(until_closed(&mut slow).await.starts_with("HTTP/1.1 408"));
    let whole = "POST /take HTTP/1.1\r\nHost: otklik\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody";
    assert!(until_closed(&mut stranger(&door, whole).await).await.ends_with("body"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_hold_all_places_shut_nobody_out() {
    let door = opened(DoorLimits { connections: 3, head: NEVER, whole: NEVER }).await;
    let half = "GET /healthz HTTP/1.1\r\nHost: otklik\r\n";
    let mut first = stranger(&door, half).await;
    let mut others = Vec::new();
    for _ in 0..40 {
        others.push(stranger(&door, half).await);
    }
    // The oldest has lost its place; those that are still at the door do not hinder anybody.
    assert_eq!(until_closed(&mut first).await, "");
    assert_eq!(health(&door).await, 200);
    let mut still = 0;
    for stream in &mut others {
        // What was closed cannot be written to, or says nothing any more.
        if stream.write_all(b"Connection: close\r\n\r\n").await.is_ok()
            && until_closed(stream).await.starts_with("HTTP/1.1 200")
        {
            still += 1;
        }
    }
    assert!((1..=3).contains(&still), "{still} of three places");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_takes_no_answer_is_let_go() {
    let door = opened(DoorLimits { head: SOON, whole: SOON, ..DoorLimits::default() }).await;
    let mut deaf = stranger(&door, "").await;
    let body = "x".repeat(64 * 1024);
    let request = format!("POST /take HTTP/1.1\r\nHost: otklik\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    // Each answer is as long as its request, and none is taken: at last nothing more fits on the way.
    let talks = async { while deaf.write_all(request.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, talks).await.expect("the connection is closed");
    assert_eq!(health(&door).await, 200);
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// On one thread, whose log is read.
#[tokio::test]
async fn the_owner_reads_that_all_places_are_taken_once_in_a_while() {
    let log = Log::default();
    let writer = log.clone();
    // Beside a single subscriber, `tracing` asks only the thread that first comes to a line whether anybody reads it.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logged = tracing::subscriber::set_default(subscriber);
    let door = opened(DoorLimits { connections: 3, head: NEVER, whole: NEVER }).await;
    let told = || {
        let log = log.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log)
            .lines()
            .filter(|line| line.contains("WARN") && line.contains("all places"))
            .count()
    };
    let mut guests = Vec::new();
    for (strangers, expected) in [(0, 0), (8, 1), (8, 1)] {
        for _ in 0..strangers {
            guests.push(stranger(&door, "GET /healthz HTTP/1.1\r\n").await);
        }
        assert_eq!(health(&door).await, 200, "what came before has been let in");
        assert_eq!(told(), expected, "after {} strangers", guests.len());
    }
}

#[test]
fn a_door_that_nobody_has_set_up_is_within_what_a_process_has() {
    let DoorLimits { connections, head, whole } = DoorLimits::default();
    // Most systems give a process 1,024 files, and a polling bot needs some for Telegram and the database.
    assert!(connections <= 512, "{connections} connections");
    let half_a_minute = Duration::from_secs(30);
    assert!(head <= half_a_minute && whole <= half_a_minute, "{head:?} to ask, {whole:?} to be answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_waits_for_what_is_under_way_only() {
    let door = opened(DoorLimits::default()).await;
    let begun = "POST /take HTTP/1.1\r\nHost: otklik\r\nContent-Length: 4\r\n\r\n";
    let mut under_way = stranger(&door, begun).await;
    assert_eq!(health(&door).await, 200, "what came before is in the door's hands");
    door.stop.send_replace(true);
    under_way.write_all(b"body").await.expect("it is still heard");
    let answer = until_closed(&mut under_way).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("body"), "{answer}");
    tokio::time::timeout(PATIENCE, door.work).await.expect("the door closes").expect("in order");
}
