//! The Bot API over HTTP: one call from its request to its answer.

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::args::{self, Args};
use crate::chats;
use crate::draft::Draft;
use crate::edit;
use crate::faults::Struck;
use crate::limits::Load;
use crate::media::Media;
use crate::method::Method;
use crate::place::{self, Place};
use crate::poll;
use crate::refusal::Refusal;
use crate::render;
use crate::schema;
use crate::send;
use crate::state::{Call, Core};
use crate::topics;
use crate::world::World;

/// The bot's token: made up, and good for nothing but this sandbox.
pub(crate) const TOKEN: &str = "7000000001:sandbox-token-of-otklik-demo-only";

/// `POST|GET /bot<token>/<method>`
pub(crate) async fn call(
    State(core): State<Arc<Core>>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return refused(&Refusal::new(404, "Not Found"));
    };
    if token != TOKEN {
        return refused(&Refusal::new(401, "Unauthorized"));
    }
    let Some(name) = schema::method_name(&method) else {
        return refused(&Refusal::new(404, "Not Found"));
    };
    let at = core.now();
    let (params, outcome) = match args::read(request).await {
        Ok(given) => {
            let params = given.shown();
            (params, carry_out(&core, name, given).await)
        }
        Err(refusal) => (Value::Null, Outcome::Answer(Err(refusal))),
    };
    let error = match &outcome {
        Outcome::Answer(Ok(_)) => None,
        Outcome::Answer(Err(refusal)) => Some(refusal.description.clone()),
        Outcome::Cut => Some("connection cut".to_owned()),
    };
    core.note(Call { method: name.to_owned(), params, error, at });
    match outcome {
        Outcome::Answer(Ok(result)) => Json(json!({ "ok": true, "result": result })).into_response(),
        Outcome::Answer(Err(refusal)) => refused(&refusal),
        Outcome::Cut => cut(),
    }
}

/// `GET /file/bot<token>/<path>`
pub(crate) async fn file(
    State(core): State<Arc<Core>>,
    Path((bot, _kind, id)): Path<(String, String, String)>,
) -> Response {
    if bot.strip_prefix("bot") != Some(TOKEN) {
        return refused(&Refusal::new(401, "Unauthorized"));
    }
    match core.lock().world.files.get(&id) {
        Some(stored) => stored.bytes.clone().into_response(),
        None => refused(&Refusal::new(404, "Not Found")),
    }
}

enum Outcome {
    Answer(Result<Value, Refusal>),
    Cut,
}

async fn carry_out(core: &Core, name: &'static str, given: args::Given) -> Outcome {
    let Some(method) = Method::named(name) else {
        let refusal = Refusal::new(501, format!("Not Implemented: the sandbox has no {name}"));
        return Outcome::Answer(Err(refusal));
    };
    let args = match given.check(name) {
        Ok(args) => args,
        Err(refusal) => return Outcome::Answer(Err(refusal)),
    };
    let struck = core.lock().faults.strike(method, &args);
    match struck {
        Some(Struck::Refused(refusal)) => Outcome::Answer(Err(refusal)),
        Some(Struck::CutBefore) => Outcome::Cut,
        Some(Struck::Silence) => {
            // Until the caller loses patience, which ends this, or the sandbox does.
            let mut stopping = core.stopping();
            let _ = stopping.wait_for(|stop| *stop).await;
            Outcome::Cut
        }
        Some(Struck::CutAfter) => {
            // The caller never learns how it went.
            let _ = answer(core, method, &args).await;
            Outcome::Cut
        }
        None => Outcome::Answer(answer(core, method, &args).await),
    }
}

async fn answer(core: &Core, method: Method, args: &Args) -> Result<Value, Refusal> {
    if method == Method::GetUpdates {
        return poll::updates(core, args).await;
    }
    let now = core.now();
    let load = {
        let mut inner = core.lock();
        let load = load(&inner.world, method, args);
        if let (Some(load), Some(limits)) = (load, &mut inner.limits) {
            limits.take(now, load).map_err(Refusal::too_many)?;
        }
        load
    };
    let answered = core.change(|draft| act(draft, method, args));
    if let (Some(load), Err(_)) = (load, &answered)
        && let Some(limits) = &mut core.lock().limits
    {
        limits.give_back(load);
    }
    answered
}

/// How a call weighs on the limits; calls that only ask weigh nothing.
fn load(world: &World, method: Method, args: &Args) -> Option<Load> {
    let count = match method {
        Method::CopyMessages | Method::ForwardMessages => args.list("message_ids").len(),
        Method::SendMediaGroup => args.list("media").len(),
        Method::SendMessage
        | Method::CopyMessage
        | Method::ForwardMessage
        | Method::SendPhoto
        | Method::SendDocument
        | Method::SendVoice
        | Method::SendVideo
        | Method::SendAudio
        | Method::SendAnimation
        | Method::SendVideoNote
        | Method::SendSticker
        | Method::SendContact
        | Method::SendLocation
        | Method::EditMessageText
        | Method::EditMessageCaption
        | Method::EditMessageReplyMarkup
        | Method::CreateForumTopic
        | Method::EditForumTopic
        | Method::CloseForumTopic
        | Method::ReopenForumTopic
        | Method::DeleteForumTopic => 1,
        Method::GetMe
        | Method::GetUpdates
        | Method::SetWebhook
        | Method::DeleteWebhook
        | Method::GetWebhookInfo
        | Method::DeleteMessage
        | Method::SendChatAction
        | Method::AnswerCallbackQuery
        | Method::SetMessageReaction
        | Method::PinChatMessage
        | Method::UnpinChatMessage
        | Method::SetMyCommands
        | Method::GetMyCommands
        | Method::GetChat
        | Method::GetChatMember
        | Method::GetChatAdministrators
        | Method::GetFile
        | Method::LeaveChat => return None,
    };
    let edit = matches!(method, Method::EditMessageText | Method::EditMessageCaption | Method::EditMessageReplyMarkup);
    match place::place(world, args, "chat_id").ok()? {
        Place::Desk { id } => Some(Load::Group { chat: id, count }),
        Place::Private(_) if edit => Some(Load::Light),
        Place::Private(person) => Some(Load::Private { chat: person.id }),
    }
}

fn act(draft: &mut Draft, method: Method, args: &Args) -> Result<Value, Refusal> {
    match method {
        Method::GetMe => Ok(render::me(draft.world())),
        // Answered by `poll`, which can wait.
        Method::GetUpdates => Ok(json!([])),
        Method::SetWebhook => chats::set_webhook(draft, args),
        Method::DeleteWebhook => Ok(chats::delete_webhook(draft, args)),
        Method::GetWebhookInfo => Ok(chats::webhook_info(draft)),
        Method::SendMessage => send::message(draft, args),
        Method::EditMessageText => edit::text(draft, args),
        Method::EditMessageCaption => edit::caption(draft, args),
        Method::EditMessageReplyMarkup => edit::buttons(draft, args),
        Method::DeleteMessage => edit::delete(draft, args),
        Method::CopyMessage => send::copy(draft, args),
        Method::CopyMessages => send::copy_many(draft, args),
        Method::ForwardMessage => send::forward(draft, args),
        Method::ForwardMessages => send::forward_many(draft, args),
        Method::SendPhoto => send::file(draft, args, Media::Photo),
        Method::SendDocument => send::file(draft, args, Media::Document),
        Method::SendVoice => send::file(draft, args, Media::Voice),
        Method::SendVideo => send::file(draft, args, Media::Video),
        Method::SendAudio => send::file(draft, args, Media::Audio),
        Method::SendAnimation => send::file(draft, args, Media::Animation),
        Method::SendVideoNote => send::file(draft, args, Media::VideoNote),
        Method::SendSticker => send::file(draft, args, Media::Sticker),
        Method::SendContact => send::contact(draft, args),
        Method::SendLocation => send::location(draft, args),
        Method::SendMediaGroup => send::album(draft, args),
        Method::SendChatAction => chats::action(draft, args),
        Method::AnswerCallbackQuery => chats::answer_press(draft, args),
        Method::SetMessageReaction => edit::react(draft, args),
        Method::PinChatMessage => edit::pin(draft, args),
        Method::UnpinChatMessage => edit::unpin(draft, args),
        Method::CreateForumTopic => topics::create(draft, args),
        Method::EditForumTopic => topics::edit(draft, args),
        Method::CloseForumTopic => topics::set_closed(draft, args, true),
        Method::ReopenForumTopic => topics::set_closed(draft, args, false),
        Method::DeleteForumTopic => topics::delete(draft, args),
        Method::SetMyCommands => chats::set_commands(draft, args),
        Method::GetMyCommands => Ok(chats::commands(draft, args)),
        Method::GetChat => chats::chat(draft, args),
        Method::GetChatMember => chats::member(draft, args),
        Method::GetChatAdministrators => chats::administrators(draft, args),
        Method::GetFile => chats::file(draft, args),
        Method::LeaveChat => chats::leave(draft, args),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(refusal.body())).into_response()
}

/// An answer that never comes to its end: the connection breaks within it.
pub(crate) fn cut() -> Response {
    let broken = Err::<&[u8], _>(io::Error::new(io::ErrorKind::ConnectionReset, "ordered by a test"));
    let body = HttpBody::from_stream(futures::stream::iter([broken]));
    ([(header::CONTENT_LENGTH, "2")], body).into_response()
}
