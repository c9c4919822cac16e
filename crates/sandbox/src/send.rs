//! Methods that post messages: send, copy, forward.

use serde_json::{Value, json};

use crate::args::Args;
use crate::compose::{self, Purpose};
use crate::draft::Draft;
use crate::keyboard::Shown;
use crate::markup;
use crate::media::{Attachment, Media};
use crate::message::{Body, Message, Origin};
use crate::place::{self, Target};
use crate::refusal::Refusal;
use crate::render;
use crate::reply_markup::{self, Markup};
use crate::world::{BOT_ID, Change};

/// How many messages one call may copy or forward.
const MOST_AT_ONCE: usize = 100;

/// sendMessage
pub(crate) fn message(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let text = compose::text(args, Purpose::Send)?;
    let (target, markup) = addressed(draft, args)?;
    let id = post(draft, target, Body::Text(text), markup, None);
    Ok(shown(draft, target.chat, id))
}

/// sendPhoto and all others that send one file.
pub(crate) fn file(draft: &mut Draft, args: &Args, kind: Media) -> Result<Value, Refusal> {
    let caption = compose::caption(args, Purpose::Send)?;
    let (target, markup) = addressed(draft, args)?;
    let attachment = compose::file(draft, args, kind, kind.field())?;
    let id = post(draft, target, Body::Media { attachment, caption }, markup, None);
    Ok(shown(draft, target.chat, id))
}

/// sendContact
pub(crate) fn contact(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let attachment = Attachment::Contact {
        phone: args.text("phone_number").unwrap_or_default().to_owned(),
        first_name: args.text("first_name").unwrap_or_default().to_owned(),
        last_name: args.text("last_name").map(str::to_owned),
        user: None,
    };
    bare_attachment(draft, args, attachment)
}

/// sendLocation
pub(crate) fn location(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let attachment = Attachment::Location {
        latitude: args.number("latitude").unwrap_or_default(),
        longitude: args.number("longitude").unwrap_or_default(),
    };
    bare_attachment(draft, args, attachment)
}

fn bare_attachment(draft: &mut Draft, args: &Args, attachment: Attachment) -> Result<Value, Refusal> {
    let (target, markup) = addressed(draft, args)?;
    let id = post(draft, target, Body::Media { attachment, caption: None }, markup, None);
    Ok(shown(draft, target.chat, id))
}

/// sendMediaGroup
pub(crate) fn album(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let target = place::target(draft.world(), args)?;
    let items = args.list("media");
    if !(2..=10).contains(&items.len()) {
        return Err(Refusal::bad("the album must contain from 2 to 10 items"));
    }
    let mut bodies = Vec::new();
    for item in items {
        let item = args.within(item);
        let kind = match item.text("type") {
            Some("photo") => Media::Photo,
            Some("video") => Media::Video,
            Some("audio") => Media::Audio,
            Some("document") => Media::Document,
            _ => return Err(Refusal::bad("the sandbox sends no such item in an album")),
        };
        let caption = compose::caption(&item, Purpose::Send)?;
        let attachment = compose::file(draft, &item, kind, "media")?;
        bodies.push(Body::Media { attachment, caption });
    }
    let album = format!("album-{}", draft.world().next_message(target.chat));
    let posted: Vec<Value> = bodies
        .into_iter()
        .map(|body| {
            let id = post(draft, target, body, Markup::none(), Some(album.clone()));
            shown(draft, target.chat, id)
        })
        .collect();
    Ok(posted.into())
}

/// copyMessage
pub(crate) fn copy(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let caption = compose::caption(args, Purpose::Send)?;
    let (target, markup) = addressed(draft, args)?;
    let from = place::place(draft.world(), args, "from_chat_id")?.chat();
    let id = args.int("message_id").unwrap_or_default();
    let Some(source) = draft.world().message(from, id) else {
        return Err(Refusal::bad("message to copy not found"));
    };
    if !can_be_copied(source) {
        return Err(Refusal::bad("the message can't be copied"));
    }
    let mut body = source.body.clone();
    if let Body::Media { caption: kept, .. } = &mut body
        && args.value("caption").is_some()
    {
        *kept = caption;
    }
    refuse_long_caption(&body)?;
    let id = post(draft, target, body, markup, None);
    Ok(json!({ "message_id": id }))
}

/// copyMessages
pub(crate) fn copy_many(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let (target, sources) = many(draft, args)?;
    let remove_caption = args.flag("remove_caption");
    let first = draft.world().next_message(target.chat);
    if !remove_caption {
        sources.iter().try_for_each(|source| refuse_long_caption(&source.body))?;
    }
    let copied: Vec<Value> = sources
        .into_iter()
        .map(|source| {
            let album = source.album.map(|album| format!("{album}-{first}"));
            let mut body = source.body;
            if let (Body::Media { caption, .. }, true) = (&mut body, remove_caption) {
                *caption = None;
            }
            json!({ "message_id": post(draft, target, body, Markup::none(), album) })
        })
        .collect();
    Ok(copied.into())
}

/// A person with Premium may write a longer caption than a bot may send, and a copy is sent by the bot.
fn refuse_long_caption(body: &Body) -> Result<(), Refusal> {
    match body {
        Body::Media { caption: Some(caption), .. } if markup::utf16(&caption.text) > compose::LONGEST_CAPTION => {
            Err(Refusal::bad("MEDIA_CAPTION_TOO_LONG"))
        }
        Body::Text(_) | Body::Media { .. } | Body::Service(_) => Ok(()),
    }
}

/// forwardMessage
pub(crate) fn forward(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let target = place::target(draft.world(), args)?;
    let from = place::place(draft.world(), args, "from_chat_id")?.chat();
    let id = args.int("message_id").unwrap_or_default();
    let Some(source) = draft.world().message(from, id).cloned() else {
        return Err(Refusal::bad("message to forward not found"));
    };
    if !can_be_copied(&source) {
        return Err(Refusal::bad("the message can't be forwarded"));
    }
    let id = post_forwarded(draft, target, source, None);
    Ok(shown(draft, target.chat, id))
}

/// forwardMessages
pub(crate) fn forward_many(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let (target, sources) = many(draft, args)?;
    let first = draft.world().next_message(target.chat);
    let posted: Vec<Value> = sources
        .into_iter()
        .map(|source| {
            let album = source.album.as_ref().map(|album| format!("{album}-{first}"));
            json!({ "message_id": post_forwarded(draft, target, source, album) })
        })
        .collect();
    Ok(posted.into())
}

/// The messages of a call that names several; those that are gone or of Telegram itself are skipped.
fn many(draft: &Draft, args: &Args) -> Result<(Target, Vec<Message>), Refusal> {
    let world = draft.world();
    let target = place::target(world, args)?;
    let from = place::place(world, args, "from_chat_id")?.chat();
    let ids: Vec<i64> = args.list("message_ids").iter().filter_map(Value::as_i64).collect();
    if ids.is_empty() {
        return Err(Refusal::bad("message identifiers are not specified"));
    }
    if ids.len() > MOST_AT_ONCE {
        return Err(Refusal::bad("too many message identifiers specified"));
    }
    if !ids.is_sorted_by(|one, next| one < next) {
        return Err(Refusal::bad("message identifiers must be in a strictly increasing order"));
    }
    let found: Vec<&Message> = ids.iter().filter_map(|id| world.message(from, *id)).collect();
    // Telegram copies by forwarding, and says so for both.
    if found.is_empty() {
        return Err(Refusal::bad("there are no messages to forward"));
    }
    let sources: Vec<Message> = found.into_iter().filter(|message| can_be_copied(message)).cloned().collect();
    if sources.is_empty() {
        return Err(Refusal::bad("messages can't be forwarded"));
    }
    Ok((target, sources))
}

fn can_be_copied(message: &Message) -> bool {
    match message.body {
        Body::Text(_) | Body::Media { .. } => true,
        Body::Service(_) => false,
    }
}

/// Where a new message goes and what it brings along, if that is allowed there.
fn addressed(draft: &Draft, args: &Args) -> Result<(Target, Markup), Refusal> {
    let markup = reply_markup::markup(args)?;
    let target = place::target(draft.world(), args)?;
    if markup.asks_for_phone() && draft.world().group(target.chat).is_some() {
        return Err(Refusal::bad("phone number can be requested in private chats only"));
    }
    Ok((target, markup))
}

fn post(draft: &mut Draft, target: Target, body: Body, markup: Markup, album: Option<String>) -> i64 {
    let id = draft.world().next_message(target.chat);
    let (buttons, below_the_field) = match markup {
        Markup::Inline(buttons) => (buttons, None),
        Markup::Chat(keyboard) => (Vec::new(), Some(keyboard)),
    };
    draft.make(Change::Message(Message {
        thread: target.thread,
        reply_to: target.reply_to,
        buttons,
        album,
        changed_keyboard: below_the_field.is_some(),
        ..Message::new(target.chat, id, BOT_ID, draft.date(), body)
    }));
    if let Some(keyboard) = below_the_field {
        let shown = keyboard.map(|keyboard| Shown { message: id, keyboard });
        draft.make(Change::Keyboard { chat: target.chat, shown });
    }
    id
}

fn post_forwarded(draft: &mut Draft, target: Target, source: Message, album: Option<String>) -> i64 {
    let id = draft.world().next_message(target.chat);
    let first = Origin { user: source.from, date: source.date };
    draft.make(Change::Message(Message {
        thread: target.thread,
        album,
        origin: Some(source.origin.unwrap_or(first)),
        ..Message::new(target.chat, id, BOT_ID, draft.date(), source.body)
    }));
    id
}

/// A message as the answer of the call that posted it.
pub(crate) fn shown(draft: &Draft, chat: i64, id: i64) -> Value {
    let world = draft.world();
    world.message(chat, id).map_or(Value::Null, |message| render::message(world, message))
}
