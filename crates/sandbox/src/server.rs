//! A running sandbox: its server, the routes to everything it answers, its beginning and its end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::api;
use crate::draft::Draft;
use crate::journal::Journal;
use crate::options::Options;
use crate::page;
use crate::people::{self, Complaint};
use crate::state::Core;
use crate::webhook;
use crate::world::{Change, Role, World};

/// The largest file that a bot may upload, with its call around it.
const LARGEST_UPLOAD: usize = 51 * 1024 * 1024;

/// A running sandbox. A clone is another handle to the same world; the server ends when the last handle is gone.
///
/// What people do is done by methods that give ids as Telegram does: of users (which are their private chats' too), of
/// topics and of messages. A method panics where a person could not do what it says: that is a mistake of the test.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) core: Arc<Core>,
    server: Arc<Server>,
}

/// The tasks behind a sandbox.
struct Server {
    core: Arc<Core>,
    address: SocketAddr,
    /// Empty once [`Sandbox::stop`] has taken them to wait for their end.
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.core.stop();
    }
}

impl Sandbox {
    /// Starts a sandbox; the world of an existing journal goes on where it stood.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if something listens on the port already; `InvalidData`, with file and line, if the journal holds
    /// anything but what a sandbox wrote; and whatever keeps the journal from being read or made.
    pub async fn start(options: Options) -> io::Result<Sandbox> {
        // The port first: while another sandbox holds it, its journal is not ours to open.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let (journal, mut world) = match &options.journal {
            Some(path) => Journal::open(path)?,
            None => (Journal::none(), World::new()),
        };
        world.bot = options.bot.clone();
        let core = Arc::new(Core::new(world, journal, options));
        if core.lock().world.is_empty() {
            core.change(begin).map_err(io::Error::other)?;
        }
        let serving = tokio::spawn(serve(listener, Arc::clone(&core)));
        let delivering = tokio::spawn(webhook::deliver(Arc::clone(&core)));
        let tasks = Mutex::new(vec![serving, delivering]);
        let server = Server { core: Arc::clone(&core), address, tasks };
        Ok(Sandbox { core, server: Arc::new(server) })
    }

    /// Ends the server, whatever handles there are, and waits until it is gone: its port and journal are free then.
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

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
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
    page.merge(bot).layer(middleware::from_fn(page::only_here)).with_state(core)
}
