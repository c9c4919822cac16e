//! The sandbox: a strict stand-in of Telegram on loopback, with a page to try the bot by hand, and of a
//! carrier's system.
//!
//! The demo runs the real bot against it, and the black-box tests talk to it. It knows nothing of
//! the bot's other rooms and never touches the store.
//!
//! A call of the bot comes in at `api`, is read by `args`, checked by `schema`, may meet one of the
//! `faults` or `limits`, and is carried out by `send`, `edit`, `topics` or `chats`, which look up
//! their `place`, `compose` what is posted and read the `keyboard` that comes along. What people do is in
//! `people`; the page reaches it through `page`, tests through [`Sandbox`] in `handle`. All of them change the pure `world`
//! through `state`, which writes each change to the `journal` before anybody can see it. `render`
//! shows the world to the bot, `page_view` to the page, `seen` to tests. Updates leave by `poll` or
//! by `webhook`.
//!
//! Beside that world stands a `carrier`'s system, below `/carrier`: the contract's other side.

mod api;
mod args;
mod carrier;
mod chats;
mod compose;
mod edit;
mod faults;
mod handle;
mod html;
mod journal;
mod keyboard;
mod limits;
mod markup;
mod media;
mod message;
mod method;
mod page;
mod page_view;
mod people;
mod place;
mod poll;
mod refusal;
mod render;
pub mod samples;
mod schema;
mod seen;
mod send;
mod state;
mod topics;
mod webhook;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get, post};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use self::carrier::{CarrierCall, CarrierFault, WrongAnswer};
pub use self::faults::Fault;
pub use self::media::Media;
pub use self::message::Button;
pub use self::method::Method;
pub use self::seen::{Seen, Topic};
pub use self::state::Call;

use self::journal::Journal;
use self::people::Complaint;
use self::state::{Core, Draft};
use self::world::{Change, Role, World};

/// The largest file that a bot may upload, with its call around it.
const LARGEST_UPLOAD: usize = 51 * 1024 * 1024;

/// How a sandbox is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// Where its history is kept; none forgets it at the end.
    pub journal: Option<PathBuf>,
    /// Whether Telegram's limits are kept up.
    pub limits: bool,
    /// Parcels to try, shown on the page.
    pub samples: Vec<Sample>,
    /// What tells the time.
    pub clock: fn() -> DateTime<Utc>,
}

/// A parcel to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its number.
    pub number: String,
    /// What can be seen with it.
    pub good_for: String,
    /// What to write about it.
    pub phrase: Option<String>,
}

/// A running sandbox. Its server ends when the last handle is gone.
#[derive(Clone)]
pub struct Sandbox {
    core: Arc<Core>,
    server: Arc<Server>,
}

/// The tasks behind a sandbox.
struct Server {
    core: Arc<Core>,
    address: SocketAddr,
    /// Taken by whoever waits for the end.
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.core.stop();
    }
}

impl Sandbox {
    /// Starts a sandbox; the world of an existing journal goes on where it stood.
    pub async fn start(options: Options) -> io::Result<Sandbox> {
        let Options { port, journal, limits, samples, clock } = options;
        // The port first: while another sandbox holds it, its journal is not ours to open.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (journal, world) = match journal {
            Some(path) => Journal::open(&path)?,
            None => (Journal::none(), World::new()),
        };
        let core = Arc::new(Core::new(world, journal, limits, samples, clock));
        if core.lock().world.is_empty() {
            core.change(begin).map_err(io::Error::other)?;
        }
        let serving = tokio::spawn(serve(listener, Arc::clone(&core)));
        let delivering = tokio::spawn(webhook::deliver(Arc::clone(&core)));
        let tasks = Mutex::new(vec![serving, delivering]);
        let server = Server { core: Arc::clone(&core), address, tasks };
        Ok(Sandbox { core, server: Arc::new(server) })
    }

    /// Ends the server and waits until it is gone: its port and journal are free then.
    pub async fn stop(&self) {
        self.core.stop();
        let tasks = {
            let mut tasks = self.server.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        for task in tasks {
            // A task that panicked has ended as well.
            let _ = task.await;
        }
    }
}

/// The world at its first start. Its update ids begin somewhere, as Telegram's do.
fn begin(draft: &mut Draft) -> Result<(), Complaint> {
    let first_update = 100_000_000 + draft.now.timestamp_millis().rem_euclid(800_000_000);
    draft.make(Change::Born { first_update });
    people::arrive(draft, "Анна", Role::Customer)?;
    people::arrive(draft, "Мария", Role::Agent)?;
    people::arrive(draft, "Олег", Role::Agent)?;
    Ok(())
}

async fn serve(listener: TcpListener, core: Arc<Core>) {
    let mut stopping = core.stopping();
    let stopped = async move {
        // The sender lives in the core that the routes hold.
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let served = axum::serve(listener, routes(core)).with_graceful_shutdown(stopped).await;
    if let Err(error) = served {
        tracing::error!(%error, "the sandbox's server failed");
    }
}

fn routes(core: Arc<Core>) -> Router {
    let page = Router::new()
        .route("/", get(page::index))
        .route("/page.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/keyboard.js", get(page::keyboard_script))
        .route("/helpers.js", get(page::helpers))
        .route("/files/{id}", get(page::media))
        .route("/page/events", get(page::events))
        .route("/page/send", post(page::send))
        .route("/page/edit", post(page::edit))
        .route("/page/press", post(page::press))
        .route("/page/share", post(page::share))
        .route("/page/contact", post(page::contact))
        .route("/page/user", post(page::user))
        .route("/page/block", post(page::block))
        .route("/page/delete_topic", post(page::delete_topic))
        .layer(DefaultBodyLimit::max(page::LARGEST_BODY));
    let bot = Router::new()
        .route("/{bot}/{method}", any(api::call))
        .route("/file/{bot}/{kind}/{id}", get(api::file))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD));
    let carrier = Router::new()
        .route("/carrier/openapi.json", get(carrier::openapi))
        .route("/carrier/parcels/{number}", get(carrier::track))
        .route("/carrier/parcels/{number}/{*change}", post(carrier::change))
        .layer(DefaultBodyLimit::max(carrier::LARGEST_BODY));
    page.merge(bot).merge(carrier).layer(middleware::from_fn(page::only_here)).with_state(core)
}
