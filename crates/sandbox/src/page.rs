//! The demo page: its files, its events, and what its people do.
//!
//! Only for this machine: the server listens on loopback, and a `Host` of another name is refused,
//! so that no web site can reach it through a name of its own that points here (DNS rebinding).

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::draft::Draft;
use crate::media::Media;
use crate::options::Bot;
use crate::page_view::{self, PageEvent};
use crate::people::{self, Age, Complaint, Spot};
use crate::state::Core;
use crate::world::Role;

/// The largest body that the page may send.
pub(crate) const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// `GET /`
pub(crate) async fn index(State(core): State<Arc<Core>>) -> Response {
    let page = filled(include_str!("page.html"), &core.lock().world.bot, &core.samples_title);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], page).into_response()
}

/// The page with the bot's own words in their places.
fn filled(page: &str, bot: &Bot, samples_title: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    page.replace("{{name}}", &escaped(&bot.name))
        .replace("{{description}}", &escaped(&bot.description))
        .replace("{{samples}}", &escaped(samples_title))
}

/// `GET /page.css`
pub(crate) async fn style() -> Response {
    resource("text/css; charset=utf-8", include_str!("page.css"))
}

/// `GET /page.js`
pub(crate) async fn script() -> Response {
    resource("text/javascript; charset=utf-8", include_str!("page.js"))
}

/// `GET /keyboard.js`
pub(crate) async fn keyboard_script() -> Response {
    resource("text/javascript; charset=utf-8", include_str!("keyboard.js"))
}

/// `GET /helpers.js`
pub(crate) async fn helpers() -> Response {
    resource("text/javascript; charset=utf-8", include_str!("helpers.js"))
}

fn resource(kind: &'static str, content: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content).into_response()
}

/// `GET /files/<file_id>`
pub(crate) async fn media(State(core): State<Arc<Core>>, Path(id): Path<String>) -> Response {
    match core.lock().world.files.get(&id) {
        Some(file) => {
            let head = [
                (header::CONTENT_TYPE, file.mime.clone()),
                // A document of the bot may be HTML: it must not run as a page of ours.
                (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            (head, file.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Lets requests pass that name this machine and come from no other site.
pub(crate) async fn only_here(headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // Browsers tell where a request comes from; programs do not.
    let from_afar = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    if host.is_some_and(names_this_machine) && !from_afar {
        next.run(request).await
    } else {
        failed(StatusCode::FORBIDDEN, "страница доступна только с этого компьютера")
    }
}

fn names_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

/// `GET /page/events`
pub(crate) async fn events(State(core): State<Arc<Core>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (snapshot, receiver) = core.watch();
    let watcher = Watcher { core, receiver, first: Some(snapshot) };
    let stream = futures::stream::unfold(watcher, async |mut watcher| {
        let event = watcher.next().await?;
        let event = Event::default().event(event.name).data(event.data.to_string());
        Some((Ok(event), watcher))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// One open page.
struct Watcher {
    core: Arc<Core>,
    receiver: Receiver<PageEvent>,
    /// The snapshot that has not been sent yet.
    first: Option<PageEvent>,
}

impl Watcher {
    async fn next(&mut self) -> Option<PageEvent> {
        if let Some(snapshot) = self.first.take() {
            return Some(snapshot);
        }
        let mut stopping = self.core.stopping();
        let received = tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return None,
            received = self.receiver.recv() => received,
        };
        match received {
            Ok(event) if event.name != page_view::RELOAD => Some(event),
            // Too slow to follow, or everything moved: begin anew.
            Ok(_) | Err(RecvError::Lagged(_)) => {
                let (snapshot, receiver) = self.core.watch();
                self.receiver = receiver;
                Some(snapshot)
            }
            Err(RecvError::Closed) => None,
        }
    }
}

/// A body of a request, or why it is none.
type Body<T> = Result<Json<T>, JsonRejection>;

#[derive(Debug, Deserialize)]
pub(crate) struct Send {
    #[serde(rename = "as")]
    who: i64,
    chat: i64,
    thread: Option<i64>,
    text: Option<String>,
    photo: Option<String>,
    reply_to: Option<i64>,
}

/// `POST /page/send`
pub(crate) async fn send(State(core): State<Arc<Core>>, body: Body<Send>) -> Response {
    acted(&core, body, |draft, send| {
        let Send { who, chat, thread, text, photo, reply_to } = send;
        let spot = Spot { chat, thread, reply_to };
        let id = match photo {
            Some(photo) => {
                let picture = people::picture(draft, &photo)?;
                people::send(draft, who, spot, picture, text.as_deref(), None)?
            }
            None => people::say(draft, who, spot, text.as_deref().unwrap_or_default())?,
        };
        Ok(json!({ "message_id": id }))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit {
    #[serde(rename = "as")]
    who: i64,
    chat: i64,
    message_id: i64,
    text: String,
}

/// `POST /page/edit`
pub(crate) async fn edit(State(core): State<Arc<Core>>, body: Body<Edit>) -> Response {
    acted(&core, body, |draft, edit| {
        people::edit(draft, edit.who, edit.chat, edit.message_id, &edit.text)?;
        Ok(json!({}))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Press {
    #[serde(rename = "as")]
    who: i64,
    chat: i64,
    message_id: i64,
    data: String,
}

/// `POST /page/press`
pub(crate) async fn press(State(core): State<Arc<Core>>, body: Body<Press>) -> Response {
    acted(&core, body, |draft, press| {
        let query = people::press(draft, press.who, press.chat, press.message_id, &press.data, Age::Fresh)?;
        Ok(json!({ "query": query }))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Customer {
    customer: i64,
}

/// `POST /page/share`: the customer's own phone number, by the button that asks for it.
pub(crate) async fn share(State(core): State<Arc<Core>>, body: Body<Customer>) -> Response {
    acted(&core, body, |draft, share| {
        let id = people::share_phone(draft, share.customer)?;
        Ok(json!({ "message_id": id }))
    })
}

/// `POST /page/contact`: somebody else's phone number, out of the customer's address book.
pub(crate) async fn contact(State(core): State<Arc<Core>>, body: Body<Customer>) -> Response {
    acted(&core, body, |draft, contact| {
        let attachment = people::sample(draft, Media::Contact);
        let spot = Spot { chat: contact.customer, thread: None, reply_to: None };
        let id = people::send(draft, contact.customer, spot, attachment, None, None)?;
        Ok(json!({ "message_id": id }))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewUser {
    name: String,
    role: Role,
}

/// `POST /page/user`
pub(crate) async fn user(State(core): State<Arc<Core>>, body: Body<NewUser>) -> Response {
    acted(&core, body, |draft, new| {
        let person = people::arrive(draft, &new.name, new.role)?;
        Ok(page_view::user(&person))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Block {
    customer: i64,
    blocked: bool,
}

/// `POST /page/block`
pub(crate) async fn block(State(core): State<Arc<Core>>, body: Body<Block>) -> Response {
    acted(&core, body, |draft, block| {
        people::block(draft, block.customer, block.blocked)?;
        Ok(json!({}))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct DeleteTopic {
    chat: i64,
    topic: i64,
}

/// `POST /page/delete_topic`
pub(crate) async fn delete_topic(State(core): State<Arc<Core>>, body: Body<DeleteTopic>) -> Response {
    acted(&core, body, |draft, delete| {
        people::delete_topic(draft, delete.chat, delete.topic)?;
        Ok(json!({}))
    })
}

fn acted<T>(core: &Core, body: Body<T>, act: impl FnOnce(&mut Draft, T) -> Result<Value, Complaint>) -> Response {
    let body = match body {
        Ok(Json(body)) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return failed(StatusCode::BAD_REQUEST, "файл больше 8 МБ");
        }
        Err(rejection) => {
            tracing::debug!(status = %rejection.status(), "the page sent a body that is not understood");
            return failed(StatusCode::BAD_REQUEST, "запрос не понят");
        }
    };
    match core.change(|draft| act(draft, body)) {
        Ok(answer) => Json(answer).into_response(),
        Err(complaint) => failed(StatusCode::BAD_REQUEST, &complaint),
    }
}

fn failed(status: StatusCode, complaint: &str) -> Response {
    (status, Json(json!({ "error": complaint }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_the_bots_words_as_they_are() {
        let bot = Bot { name: "A&B <i>".into(), description: "Ask".into(), ..Bot::default() };
        let page = filled("<h2>{{name}}</h2><p>{{description}}</p><b>{{samples}}</b>", &bot, "Try");
        assert_eq!(page, "<h2>A&amp;B &lt;i&gt;</h2><p>Ask</p><b>Try</b>");
    }

    #[test]
    fn names_of_this_machine_and_no_others() {
        for good in ["127.0.0.1", "127.0.0.1:8080", "localhost:1"] {
            assert!(names_this_machine(good), "{good}");
        }
        for bad in ["example.org:8080", "127.0.0.1.example.org", "localhost.example.org", ""] {
            assert!(!names_this_machine(bad), "{bad}");
        }
    }
}
