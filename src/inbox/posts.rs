//! What goes into a topic, and the rows of the outbox: lanes that keep order, ranks that share a group's minute.

use super::bench::EventWork;
use crate::conversation::{
    Assignee, Button, ConversationId, DeskId, DeskInfo, Kind, MessageId, Post, Speaker, Spoken, State, Styled,
};
use crate::desk::{self, MESSAGE_LIMIT, StoryLine};
use crate::outbox::{CAPTION_LIMIT, Leaving, Outgoing, Spot, told_lane, topic_lane};
use crate::store::{Error, Home, KEPT, NewPost};
use std::collections::HashSet;

/// How long the pictures of an album wait for the next one: Telegram sends them one by one.
const ALBUM_WAITS: i64 = 700;
/// What need not wait is due at a moment that no clock has before it, however wrong it is.
const AT_ONCE: i64 = 0;
/// Ranks at the desk, whose group takes twenty calls a minute: answers to agents, then words, then what can wait. An
/// answer to a press costs the group nothing and goes before all, however many customers' words wait.
const FIRST: i64 = -2;
pub(super) const BEFORE_WORDS: i64 = -1;
pub(super) const WORDS: i64 = 0;
pub(super) const BEHIND_WORDS: i64 = 1;
const LAST: i64 = 2;
/// How the lanes begin of what is said at a desk that a ticket has left: where it went, and where it is now.
const LEFT: &str = "left:";
const ELSEWHERE: &str = "elsewhere:";
/// How many lines of a story the lead is told.
pub(super) const LEAD_LINES: i64 = 20;
/// How many lines of a story the desk is told at most.
const STORY_LINES: i64 = 60;

impl EventWork<'_, '_> {
    pub(super) async fn desk(&mut self, state: &State, post: Post) -> Result<Vec<Outgoing>, Error> {
        Ok(match post {
            Post::Open if self.is_plain() => {
                // Everything about the customer goes into the group itself.
                self.tx.set_home(self.whose, Home { desk: self.desk, topic: None }).await?;
                Vec::new()
            }
            Post::Open => vec![Outgoing::Topic],
            Post::Card => vec![Outgoing::Card, Outgoing::Pin],
            Post::Unclose => vec![Outgoing::Unclose],
            Post::Story { since } => {
                let lines =
                    self.tx.story_since(self.whose, since.map_or(0, |at| at.timestamp_millis()), STORY_LINES).await?;
                self.story(state, &lines)
            }
            Post::Words { text, message, reply_to, quote } => {
                let reply_to = reply_to.map(|answered| self.spot(answered));
                // Where the message it answers is not here, its beginning tells which it was.
                let known = match reply_to {
                    Some(spot) => self.tx.has_counterpart(spot.chat, spot.message, self.desk.into()).await?,
                    None => true,
                };
                let text = match quote.filter(|_| !known) {
                    Some(quote) => text.behind(&format!("↪ «{}»\n", cut_quote(&quote))),
                    None => text,
                };
                let mut rows = Outgoing::parts_of(self.spot(message), 0, self.texts_of(state, text));
                if let Some(Outgoing::Text { reply_to: answers, .. }) = rows.first_mut() {
                    *answers = reply_to;
                }
                rows
            }
            Post::Copy { message, kind, words, lead, masked, album, reply_to } => {
                let lane = self.desk_lane();
                // An album has a caption for each picture: what is told of all of them goes before it.
                let (above, lead) = match lead {
                    Some(lead) if kind.has_caption() && kind != Kind::Other && album.is_none() => (None, Some(lead)),
                    lead => (lead, None),
                };
                let begun = match &album {
                    Some(album) => self.tx.open_album(&lane, album, self.millis()).await?.is_some(),
                    None => false,
                };
                for row in above.filter(|_| !begun).map(|above| self.texts_of(state, above.into())).unwrap_or_default()
                {
                    self.post_to_desk(row).await?;
                }
                let own_caption = masked || lead.is_some();
                let words = match lead {
                    Some(lead) => Some(words.unwrap_or_default().behind(&format!("{lead}\n")).trimmed()),
                    None => words,
                };
                let (mut copy, rest) = copy(self.whose.into(), message, kind, words, own_caption);
                if let Outgoing::Copy { reply_to: spot, .. } = &mut copy {
                    *spot = reply_to.map(|answered| self.spot(answered));
                }
                self.post_copy(lane, self.desk, copy, album).await?;
                let rest = rest.map(|rest| self.texts_of(state, rest)).unwrap_or_default();
                Outgoing::parts_of(self.spot(message), 1, rest)
            }
            Post::Notice(reply) => Outgoing::texts(self.words(&reply, 0)),
            Post::Refused { notice, words, of, part, letter } => {
                let (mut text, of) = (self.words(&notice, 0), of.map(|of| self.spoken(of)));
                if self.is_plain() {
                    text = format!("{}:\n{text}", self.whose_words(state));
                }
                // What its message has no room for goes behind it.
                let room = MESSAGE_LIMIT - Styled::from(format!("{text}\n\n")).units();
                let (words, rest) = match words.map(|words| words.split_first(room)) {
                    Some((first, rest)) => (Some(first), rest),
                    None => (None, None),
                };
                let entities = words.as_ref().map(|words| words.entities.clone()).unwrap_or_default();
                let words = words.map(|words| words.text);
                let mut rows = vec![Outgoing::Refused { letter, text, words, entities, of, part }];
                rows.extend(rest.map(|rest| self.texts_of(state, rest)).unwrap_or_default());
                rows
            }
            Post::Beside { notice, of } => {
                let mut rows = Outgoing::texts(self.words(&notice, 0));
                if let Some(Outgoing::Text { reply_to, .. }) = rows.first_mut() {
                    *reply_to = Some(self.spoken(of));
                }
                rows
            }
            Post::Answer(reply) => {
                self.answer_agent(Outgoing::texts(self.words(&reply, 0))).await?;
                Vec::new()
            }
            Post::Reminder(reply) => {
                let lane = self.reminder_lane();
                self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
                for reminder in Outgoing::texts(self.words(&reply, 0)) {
                    self.post_row(self.row(lane.clone(), self.desk, BEHIND_WORDS), &reminder).await?;
                }
                Vec::new()
            }
            Post::Choices(reply, buttons) => {
                let rows: Vec<Vec<Button>> = buttons.into_iter().map(|button| vec![button]).collect();
                let answer = Outgoing::with_buttons(self.words(&reply, 0), self.labels(&rows));
                self.answer_agent(answer).await?;
                Vec::new()
            }
            Post::Call(agent, reply) => {
                let mut parts = Styled::from(self.words(&reply, 0)).split(MESSAGE_LIMIT).into_iter();
                // It begins with the name.
                let call = parts.next().map(|part| Outgoing::Call {
                    text: part.text,
                    agent: agent.agent_id(),
                    name: agent.name,
                });
                call.into_iter().chain(parts.map(Outgoing::text)).collect()
            }
            // One group may go by two names, the id of before an upgrade and that of today.
            Post::Leave { to, .. } if self.store.current_desk(to) == self.desk => Vec::new(),
            Post::Leave { name, .. } => {
                self.leave(state, &name).await?;
                Vec::new()
            }
            Post::Elsewhere { desk, words, album } => {
                let desk = self.store.current_desk(desk);
                let left = self.tx.former_home(self.whose, desk).await?;
                let left = left.unwrap_or(Home { desk, topic: None });
                let told = self.told_at(state, left, self.words(&words, 0));
                // Of several answers that have not been sent yet one is enough.
                let lane = self.elsewhere_lane(desk, album.as_deref());
                self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
                let due_at = if album.is_some() { self.millis() + ALBUM_WAITS } else { AT_ONCE };
                self.post_row(NewPost { due_at, ..self.row(lane, desk, BEFORE_WORDS) }, &told).await?;
                Vec::new()
            }
            Post::StaysInside { desk, album } => {
                let lane = self.elsewhere_lane(self.store.current_desk(desk), Some(&album));
                self.tx.abandon_lane(&lane, self.millis(), "it is a note").await?;
                Vec::new()
            }
            Post::Abandon => {
                for lane in [self.desk_lane(), self.card_lane(), told_lane(self.whose)] {
                    self.tx.abandon_lane(&lane, self.millis(), "the topic was deleted").await?;
                }
                Vec::new()
            }
        })
    }

    /// The customer's topic lies at this desk from now on. What the old one shows is not here, and what still waited for
    /// it is told in the story. A topic that the customer had here before is the customer's again.
    pub(super) async fn move_to(&mut self, desk: DeskId) -> Result<(), Error> {
        let home = self.tx.home_of(self.whose).await?;
        if home.is_none_or(|home| home.desk != desk) {
            if let Some(left) = home {
                self.tx.leave_home(self.whose, left).await?;
            }
            self.tx.forget_shown(self.whose).await?;
            for (row, lane) in self.tx.waiting_elsewhere(self.whose, desk).await? {
                // What agents there are told stays true.
                if ![LEFT, ELSEWHERE, "mark:"].iter().any(|told| lane.starts_with(told)) {
                    self.tx.needless(row, self.millis(), "the ticket has moved to another desk").await?;
                }
            }
        }
        self.desk = desk;
        if home.is_none_or(|home| home.desk != desk)
            && let Some(former) = self.tx.former_home(self.whose, desk).await?.filter(|former| former.topic.is_some())
        {
            self.tx.abandon_lane(&self.left_lane(desk), self.millis(), "the ticket is here again").await?;
            self.tx.set_home(self.whose, former).await?;
            self.post_to_desk(Outgoing::Unclose).await?;
        }
        Ok(())
    }

    /// The topic of before says where the ticket went, is named so, and is closed: behind all words, its desk has others.
    async fn leave(&mut self, state: &State, to: &str) -> Result<(), Error> {
        let Some(left) = self.tx.home_of(self.whose).await?.filter(|home| home.desk == self.desk) else {
            return Ok(()); // it has not been made yet
        };
        let desk::Left { name, words } = desk::left(&self.knowledge.phrasebook, state, to);
        let mut rows = vec![self.told_at(state, left, words)];
        if let thread @ Some(_) = left.topic {
            let is = |what| Outgoing::Left { thread, what };
            rows.extend([is(Leaving::Named { name }), is(Leaving::Closed)]);
        }
        for outgoing in rows {
            self.post_row(self.row(self.left_lane(left.desk), left.desk, BEHIND_WORDS), &outgoing).await?;
        }
        Ok(())
    }

    /// A line where a ticket lay before; a group without topics is told whose.
    fn told_at(&self, state: &State, left: Home, words: String) -> Outgoing {
        let text = match left.topic {
            Some(_) => words,
            None => format!("{}:\n{words}", self.whose_words(state)),
        };
        Outgoing::Left { thread: left.topic, what: Leaving::Told { text } }
    }

    fn left_lane(&self, desk: DeskId) -> String {
        format!("{LEFT}{}:{desk}", self.whose)
    }

    /// The lane of answers at a desk that the ticket has left; to each album in one of its own.
    fn elsewhere_lane(&self, desk: DeskId, album: Option<&str>) -> String {
        match album {
            Some(album) => format!("{ELSEWHERE}{}:{desk}:{album}", self.whose),
            None => format!("{ELSEWHERE}{}:{desk}", self.whose),
        }
    }

    /// Whether the customer's desk is a group without topics.
    pub(super) fn is_plain(&self) -> bool {
        let here = |desk: &&DeskInfo| self.store.current_desk(desk.id) == self.desk;
        self.knowledge.desks.iter().find(here).is_some_and(|desk| desk.plain)
    }

    /// «№101 Анна»: names the ticket and the customer, where no topic says so.
    pub(super) fn whose_words(&self, state: &State) -> String {
        match state.desk.assignee.ticket() {
            Some(ticket) => format!("№{} {}", ticket.no, state.customer.person.name),
            None => state.customer.person.name.clone(),
        }
    }

    /// Words in the customer's topic, in as many messages as they need. Where no topic says whose they are, each does.
    fn texts_of(&self, state: &State, text: Styled) -> Vec<Outgoing> {
        if !self.is_plain() {
            return Outgoing::texts(text);
        }
        let whose = format!("{}:\n", self.whose_words(state));
        let room = MESSAGE_LIMIT - Styled::from(whose.as_str()).units();
        text.split(room).into_iter().map(|part| Outgoing::text(part.behind(&whose))).collect()
    }

    /// What the bot has told the customer stands in the topic as well, so that the agents see the whole conversation.
    /// It waits behind words and cards, and goes along with the next words where a group's minute is used.
    pub(super) async fn tell_topic(&mut self, state: &State, told: Vec<(i64, String)>) -> Result<(), Error> {
        let whose = self.is_plain().then(|| self.whose_words(state));
        for (line, words) in told {
            // What is said while a ticket is open is behind the next story anyway.
            if state.desk.assignee == Assignee::Bot {
                self.tx.line_shown(line).await?;
            }
            let words = desk::told_by_bot(&self.knowledge.phrasebook, whose.as_deref(), &words);
            for row in Outgoing::texts(words) {
                self.post_row(self.row(told_lane(self.whose), self.desk, LAST), &row).await?;
            }
        }
        Ok(())
    }

    /// A message of the customer's chat.
    pub(super) fn spot(&self, message: MessageId) -> Spot {
        Spot { chat: self.whose.into(), message }
    }

    /// A message of the customer's chat, or of the desk.
    fn spoken(&self, message: Spoken) -> Spot {
        match message {
            Spoken::Customer(message) => self.spot(message),
            Spoken::Agent(message) => Spot { chat: self.desk.into(), message },
        }
    }

    /// The story as a text, and after it what the customer sent beside text, each once, albums as albums.
    pub(super) fn story(&self, state: &State, lines: &[StoryLine]) -> Vec<Outgoing> {
        let told = desk::story(&self.knowledge.phrasebook, state, lines);
        let mut rows: Vec<Outgoing> = told.into_iter().map(Outgoing::text).collect();
        let mut seen = HashSet::new();
        let mut last_album: Option<&str> = None;
        for line in lines.iter().filter(|line| line.who == Speaker::Customer) {
            let Some((kind, message)) = line.media.filter(|(_, message)| seen.insert(*message)) else {
                continue;
            };
            let masked = line.text.contains(crate::privacy::MASK);
            let words = Styled { text: line.text.clone(), entities: line.entities.clone() };
            let words = Some(words).filter(|words| !words.text.is_empty());
            // What a caption has no room for stands in the story itself.
            let (copy, _) = copy(self.whose.into(), message, kind, words, masked);
            let album = line.album.as_deref();
            let of_last = album.is_some() && album == last_album;
            if !(of_last && rows.last_mut().is_some_and(|first| join(first, &copy))) {
                rows.push(copy);
            }
            last_album = album;
        }
        rows
    }

    /// Posts a copy; the pictures of an album are gathered into one row, so that they arrive as an album.
    pub(super) async fn post_copy(
        &mut self,
        lane: String,
        chat: impl Into<ConversationId>,
        copy: Outgoing,
        album: Option<String>,
    ) -> Result<(), Error> {
        if let Some(album) = &album
            && let Some((row, body)) = self.tx.open_album(&lane, album, self.millis()).await?
            && let Ok(mut first) = serde_json::from_str::<Outgoing>(&body)
            && join(&mut first, &copy)
        {
            let body = serde_json::to_string(&first).expect("an outgoing call is plain data");
            // The next one may bring what makes a note of all of them.
            return self.tx.album_grows(row, &body, self.millis() + ALBUM_WAITS).await;
        }
        let due_at = if album.is_some() { self.millis() + ALBUM_WAITS } else { AT_ONCE };
        self.post_row(NewPost { album, due_at, ..self.row(lane, chat, WORDS) }, &copy).await
    }

    /// Drops what has not been sent yet of an agent's messages; what else a row brings stays in it.
    pub(super) async fn drop_unsent(&mut self, of: &[Spot]) -> Result<(), Error> {
        let lane = self.customer_lane();
        for (row, body) in self.tx.waiting_rows(&lane).await? {
            let Ok(outgoing) = serde_json::from_str::<Outgoing>(&body) else { continue };
            match without(outgoing, of) {
                Rest::All => {}
                Rest::Nothing => self.tx.needless(row, self.millis(), "taken back").await?,
                Rest::Some(rest) => {
                    let body = serde_json::to_string(&rest).expect("an outgoing call is plain data");
                    self.tx.set_body(row, &body).await?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn desk_lane(&self) -> String {
        topic_lane(self.whose)
    }

    pub(super) fn reminder_lane(&self) -> String {
        format!("reminder:{}", self.whose)
    }

    /// An agent who did something is told at once: they wait for it, and there are few of them. What presses bring and
    /// waits to be said already is not said twice: a flood of them would use up the minute before all words.
    pub(super) async fn answer_agent(&mut self, answer: Vec<Outgoing>) -> Result<(), Error> {
        let lane = format!("agents:{}", self.whose);
        let waiting = match self.presser {
            Some(_) => self.tx.waiting_rows(&lane).await?,
            None => Vec::new(),
        };
        for row in answer {
            let body = serde_json::to_string(&row).expect("an outgoing call is plain data");
            if waiting.iter().all(|(_, known)| *known != body) {
                self.post_row(self.row(lane.clone(), self.desk, BEFORE_WORDS), &row).await?;
            }
        }
        Ok(())
    }

    pub(super) fn card_lane(&self) -> String {
        format!("card:{}", self.whose)
    }

    pub(super) fn customer_lane(&self) -> String {
        format!("customer:{}", self.whose)
    }

    pub(super) async fn post_to_customer(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        self.post(self.customer_lane(), self.whose, outgoing).await
    }

    /// Words go in order. Names, cards and pins wait behind all words, and of several only the last costs anything:
    /// the group's twenty a minute are for what people say.
    pub(super) async fn post_to_desk(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        let (lane, rank) = match &outgoing {
            Outgoing::Rename => (format!("name:{}", self.whose), BEHIND_WORDS),
            Outgoing::Refresh => (format!("face:{}", self.whose), BEHIND_WORDS),
            Outgoing::Card => (self.card_lane(), BEHIND_WORDS),
            Outgoing::Pin => (self.card_lane(), LAST),
            Outgoing::Topic
            | Outgoing::Unclose
            | Outgoing::Left { .. }
            | Outgoing::AtDesk { .. }
            | Outgoing::Text { .. }
            | Outgoing::Call { .. }
            | Outgoing::Refused { .. }
            | Outgoing::Copy { .. }
            | Outgoing::EditCopy { .. }
            | Outgoing::Recall { .. }
            | Outgoing::Shorten { .. }
            | Outgoing::React { .. }
            | Outgoing::Toast { .. }
            | Outgoing::Export
            | Outgoing::Original { .. }
            | Outgoing::Remove { .. }
            | Outgoing::Typing => (self.desk_lane(), WORDS),
        };
        if matches!(outgoing, Outgoing::Rename | Outgoing::Refresh) {
            self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
        }
        self.post_row(self.row(lane, self.desk, rank), &outgoing).await
    }
}

impl<W: Copy + Into<ConversationId>> EventWork<'_, '_, W> {
    /// The lead's chat, and a text that calls them by name if the owner gave one.
    pub(super) fn to_lead(&self, text: Styled) -> (DeskId, Styled) {
        let text = match &self.knowledge.policy.lead {
            Some(lead) => text.behind(&format!("{lead} ")),
            None => text,
        };
        (self.store.current_desk(self.knowledge.desks.first().map_or(DeskId::default(), |desk| desk.id)), text)
    }

    /// A line for the lead: in the general topic of the first desk, by name if the owner gave one.
    pub(super) async fn post_to_lead(&mut self, text: Styled, buttons: Vec<Vec<Button>>) -> Result<(), Error> {
        let (chat, text) = self.to_lead(text);
        for line in Outgoing::at_desk(text, self.labels(&buttons), None) {
            self.post_row(self.row(format!("office:{chat}"), chat, WORDS), &line).await?;
        }
        Ok(())
    }

    /// Answers a press, behind the last ones of the same person. Of a flood of presses only the last few are answered:
    /// Telegram forgets the others, and nobody else is to wait for them.
    pub(super) fn toast(&mut self, query: String, text: Option<String>) {
        let whose: ConversationId = self.whose.into();
        let person = self.presser.unwrap_or(whose.stored());
        let body = serde_json::to_string(&Outgoing::Toast { query, text }).expect("an outgoing call is plain data");
        let post = NewPost { body, ..self.row(format!("toast:{person}"), whose, FIRST) };
        let toasts = self.toasts.entry(person).or_default();
        toasts.push_back(post);
        if toasts.len() > KEPT {
            toasts.pop_front();
        }
    }

    pub(super) async fn post(
        &mut self,
        lane: String,
        chat: impl Into<ConversationId>,
        outgoing: Outgoing,
    ) -> Result<(), Error> {
        self.post_row(self.row(lane, chat, WORDS), &outgoing).await
    }

    pub(super) fn row(&self, lane: String, chat: impl Into<ConversationId>, rank: i64) -> NewPost {
        NewPost {
            conversation: self.whose.into(),
            lane,
            chat: chat.into(),
            rank,
            body: String::new(),
            due_at: AT_ONCE,
            album: None,
        }
    }

    pub(super) async fn post_row(&mut self, row: NewPost, outgoing: &Outgoing) -> Result<(), Error> {
        let body = serde_json::to_string(outgoing).expect("an outgoing call is plain data");
        self.tx.post(&NewPost { body, ..row }, self.millis()).await
    }
}

/// A copy of a message in `from`, and the words that its caption has no room for. Words of ours stand in the place of its
/// own where `own_caption` says so, and where Telegram would refuse to copy the own ones.
pub(super) fn copy(
    from: ConversationId,
    message: MessageId,
    kind: Kind,
    words: Option<Styled>,
    own_caption: bool,
) -> (Outgoing, Option<Styled>) {
    let too_long = words.as_ref().is_some_and(|words| words.units() > CAPTION_LIMIT);
    let own_caption = kind.has_caption() && (own_caption || too_long);
    let (words, rest) = match words {
        Some(words) if own_caption => {
            let (caption, rest) = words.split_first(CAPTION_LIMIT);
            (Some(caption), rest)
        }
        words => (words, None),
    };
    let entities = words.as_ref().map(|words| words.entities.clone()).unwrap_or_default();
    let words = words.map(|words| words.text);
    let caption = words.clone().filter(|_| own_caption);
    let (kind, more, reply_to) = (kind.word().into(), Vec::new(), None);
    (Outgoing::Copy { from, message, more, reply_to, caption, kind, words, entities }, rest)
}

/// Adds a picture to the album that `first` brings; `false` when they are not two copies from one chat, or one has a
/// caption of ours: albums are copied with the captions they have.
fn join(first: &mut Outgoing, next: &Outgoing) -> bool {
    match (first, next) {
        (
            Outgoing::Copy { from, more, caption: None, words, entities, .. },
            Outgoing::Copy { from: same, message, caption: None, words: said, entities: meant, .. },
        ) if from == same => {
            more.push(*message);
            if words.is_none() {
                words.clone_from(said);
                entities.clone_from(meant);
            }
            true
        }
        _ => false,
    }
}

/// What a row still brings when some messages are taken out of it.
enum Rest {
    /// It brings none of them.
    All,
    Some(Outgoing),
    Nothing,
}

/// A row without the messages in `of`.
fn without(mut outgoing: Outgoing, of: &[Spot]) -> Rest {
    if let Outgoing::Text { origin: Some(whose), .. } | Outgoing::EditCopy { of: whose, .. } = &outgoing {
        return if of.contains(whose) { Rest::Nothing } else { Rest::All };
    }
    let Outgoing::Copy { from, message, more, .. } = &mut outgoing else {
        return Rest::All;
    };
    let stays = |message: &MessageId| !of.contains(&Spot { chat: *from, message: *message });
    let all = std::iter::once(*message).chain(more.iter().copied());
    let rest: Vec<MessageId> = all.filter(stays).collect();
    match rest.split_first() {
        None => Rest::Nothing,
        Some(_) if rest.len() == more.len() + 1 => Rest::All,
        Some((first, others)) => {
            (*message, *more) = (*first, others.to_vec());
            Rest::Some(outgoing)
        }
    }
}

/// Enough of a message to know it by.
fn cut_quote(quote: &str) -> String {
    const LENGTH: usize = 60;
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
