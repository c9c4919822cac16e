// The demo page's script: keeps what the sandbox tells by server-sent events and draws it.
// Reading order: world (what is known) → pieces (nodes of a message) → Chat (a list with its
// composer) → desk, people, samples → connection; the reply keyboard is in keyboard.js. Nothing a
// person typed is ever parsed as HTML.

import { byId, el, icon, plural, post, reconcile } from "/helpers.js";
import { drawKeyboard } from "/keyboard.js";

const wide = matchMedia("(min-width: 900px)"); // both sides are seen
const roomy = matchMedia("(min-width: 1100px)"); // and topics beside the open one
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- world: what the sandbox has told

const world = {
  customers: new Map(),
  agents: new Map(),
  groups: [], // the agents' groups
  topics: new Map(), // topic key → topic
  samples: [],
  keyboards: new Map(), // chat → its reply keyboard
  desk: { id: 0, title: "" }, // the group that is shown
  rooms: new Map(), // room key → Map of messages by id
  seen: new Map(), // room key → id of the last message the reader has seen
  typing: new Map(), // room key → timer that ends it
  customer: null,
  agent: null,
  topic: undefined, // undefined: none open; null: the group's General
  ready: false,
};

let revision = 0;

function roomKey(chat, thread) {
  return chat < 0 ? `${chat}/${thread ?? ""}` : `${chat}/`; // groups are below zero
}

/** Topics are numbered by group. */
const topicKey = (chat, id) => `${chat}/${id}`;

/** The topic that is open, if it is one. */
const openedTopic = () => world.topics.get(topicKey(world.desk.id, world.topic));

/** Messages of a room, oldest first. */
function messagesOf(room) {
  return [...(world.rooms.get(room)?.values() ?? [])].sort((a, b) => a.id - b.id);
}

function remember(message) {
  const room = roomKey(message.chat, message.thread);
  if (!world.rooms.has(room)) world.rooms.set(room, new Map());
  const messages = world.rooms.get(room);
  const isNew = !messages.has(message.id);
  // The revision is part of a node's mark: a changed message is drawn anew, the others are not.
  messages.set(message.id, { ...message, revision: ++revision });
  if (message.from.bot) stopTyping(room);
  return isNew;
}

function forget({ chat, id }) {
  for (const [room, messages] of world.rooms) if (room.startsWith(`${chat}/`)) messages.delete(id);
}

/** Messages of others that came after what the reader has seen. */
function unread(room, reader) {
  const seen = world.seen.get(room) ?? 0;
  let count = 0;
  for (const message of world.rooms.get(room)?.values() ?? [])
    if (message.id > seen && !message.service && message.from.id !== reader) count += 1;
  return count;
}

function startTyping({ chat, thread, seconds }) {
  const room = roomKey(chat, thread);
  stopTyping(room);
  world.typing.set(room, setTimeout(() => (stopTyping(room), changed()), (seconds ?? 5) * 1000));
}

function stopTyping(room) {
  clearTimeout(world.typing.get(room));
  world.typing.delete(room);
}

/** One snapshot replaces everything told before; what the reader chose stays where it still exists. */
function load(snapshot) {
  const index = (list) => new Map(list.map((item) => [item.id, item]));
  world.customers = index(snapshot.customers);
  world.agents = index(snapshot.agents);
  const place = world.groups.findIndex((group) => group.id === world.desk.id); // an upgrade changes the id
  world.topics = new Map(snapshot.topics.map((topic) => [topicKey(topic.chat, topic.id), topic]));
  world.groups = snapshot.groups;
  world.desk = world.groups[Math.max(place, 0)];
  world.samples = snapshot.samples;
  world.keyboards = new Map(snapshot.keyboards.map((keyboard) => [keyboard.chat, keyboard]));
  world.rooms.clear();
  for (const room of [...world.typing.keys()]) stopTyping(room);
  snapshot.messages.forEach(remember);
  // What was there when the page opened is not news.
  if (!world.ready)
    for (const [room, messages] of world.rooms) world.seen.set(room, Math.max(...messages.keys()));
  world.ready = true;
}

// ---- pieces: the nodes of one message

const clockFormat = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long" });
const yearFormat = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", year: "numeric" });
const clock = (seconds) => clockFormat.format(seconds * 1000);

function dayName(seconds) {
  const day = new Date(seconds * 1000);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Сегодня";
  if (day.toDateString() === yesterday.toDateString()) return "Вчера";
  return (day.getFullYear() === today.getFullYear() ? dayFormat : yearFormat).format(day);
}

/** The address if it is one that is safe to follow, else null. */
function safeLink(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A file of the sandbox itself, else null: the page loads nothing from elsewhere. */
function ownFile(address) {
  if (!address) return null;
  const url = new URL(address, location.href);
  return url.origin === location.origin ? url.href : null;
}

function anchor(address) {
  const href = safeLink(address);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }) : el("span");
}

/** The empty node that stands for an entity covering `text`. */
function entityNode(entity, text, say) {
  switch (entity.type) {
    case "bold": return el("strong");
    case "italic": return el("em");
    case "underline": return el("u");
    case "strikethrough": return el("s");
    case "code": return el("code");
    case "pre": return el("pre");
    case "blockquote":
    case "expandable_blockquote": return el("blockquote");
    case "spoiler": return el("span", { className: "spoiler", tabIndex: 0 });
    case "text_link": return anchor(entity.url);
    case "url": return anchor(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
    case "bot_command": return el("button", { type: "button", className: "command", onclick: () => say(text) });
    default: return el("span", { className: "mention" }); // mentions, hashtags, phones: only tinted
  }
}

/** Text with its entities. Offsets are UTF-16 units, which is how JavaScript counts too. */
function richText(text, entities, say) {
  const list = entities
    .filter((entity) => entity.length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  const fill = (parent, from, to) => {
    let at = from;
    while (next < list.length && list[next].offset < to) {
      const entity = list[next++];
      const start = Math.max(entity.offset, at);
      const end = Math.min(entity.offset + entity.length, to);
      if (end <= start) continue;
      if (start > at) parent.append(text.slice(at, start));
      const node = entityNode(entity, text.slice(start, end), say);
      fill(node, start, end);
      parent.append(node);
      at = end;
    }
    if (to > at) parent.append(text.slice(at, to));
    return parent;
  };
  return fill(document.createDocumentFragment(), 0, text.length);
}

const MEDIA = {
  photo: ["photo", "Фото"],
  voice: ["voice", "Голосовое сообщение"],
  audio: ["voice", "Аудио"],
  video: ["video", "Видео"],
  video_note: ["video", "Видеосообщение"],
  animation: ["video", "Гифка"],
  document: ["file", "Документ"],
  contact: ["person", "Контакт"],
  location: ["place", "Геопозиция"],
  sticker: ["photo", "Стикер"],
};
const mediaName = (media) => MEDIA[media.kind]?.[1] ?? "Вложение";

function length(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}

/** A medium that is not shown as a picture: its kind, name and length. */
function mediaLabel(media) {
  const detail = [media.name, media.duration ? length(media.duration) : null].filter(Boolean).join(" · ");
  const href = media.kind === "document" ? ownFile(media.url) : null;
  const node = href ? el("a", { href, download: media.name ?? "" }) : el("div");
  node.className = "media-label";
  node.append(
    el("span", { className: "media-icon" }, icon(MEDIA[media.kind]?.[0] ?? "file")),
    el("span", { className: "media-text" }, el("b", {}, mediaName(media)), detail ? el("small", {}, detail) : null),
  );
  return node;
}

function mediaNode(media) {
  const src = ownFile(media.url);
  const withoutPicture = () => media.kind === "sticker"
    ? el("div", { className: "sticker", attrs: { role: "img", "aria-label": `Стикер ${media.emoji ?? ""}` } }, media.emoji ?? "🙂")
    : mediaLabel(media);
  if (!src || !["photo", "sticker"].includes(media.kind)) return withoutPicture();
  const img = el("img", { src, alt: mediaName(media), className: media.kind });
  const frame = el("button", { type: "button", className: `picture ${media.kind}`, onclick: () => view(src) }, img);
  // A broken file still says what it was.
  img.onerror = () => frame.replaceWith(withoutPicture());
  return frame;
}

function view(src) {
  byId("viewer").querySelector("img").src = src;
  byId("viewer").showModal();
}

/** One line that stands for a message: in quotes, in the list of topics, for the screen reader. */
function snippet(message) {
  if (message.service) return message.service;
  const media = message.media ? [mediaName(message.media), message.media.emoji].filter(Boolean).join(" ") : null;
  return [media, message.text?.replace(/\s+/g, " ")].filter(Boolean).join(", ");
}

// ---- Chat: a list of messages with its composer; the page has two

class Chat {
  /**
   * `place()` gives {chat, thread} of what is open or null; `actor()` the user who writes here;
   * `status()` the line under the name while nobody types.
   */
  constructor(root, { place, actor, status, typingId, namesSenders }) {
    this.root = root;
    this.place = place;
    this.actor = actor;
    this.status = status;
    this.typingId = typingId;
    this.namesSenders = namesSenders;
    this.part = {};
    for (const node of root.querySelectorAll("[data-part]")) this.part[node.dataset.part] = node;
    this.room = null;
    this.stuck = true; // the reader is at the bottom and wants to stay there
    this.lastTop = 0;
    this.lastOwn = 0;
    this.lastDrawn = 0;
    this.drafts = new Map();
    this.about = null; // {kind: "reply" | "edit", message}
    this.photo = null;
    this.sending = Promise.resolve();
    this.listen();
    this.part.composer.hidden = false;
    this.canWrite(false);
  }

  listen() {
    const { scroll, list, jump, composer, input, attach, pinned } = this.part;
    scroll.addEventListener("scroll", () => {
      const atBottom = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
      // Only a way up leaves the bottom: content that grew below (a photo has loaded) does not.
      const stuck = atBottom || (this.stuck && scroll.scrollTop >= this.lastTop);
      this.lastTop = scroll.scrollTop;
      if (stuck !== this.stuck) (this.stuck = stuck), changed();
    });
    // A loaded photo or a grown composer must not push the newest message out of sight.
    const keep = new ResizeObserver(() => this.stuck && this.toBottom());
    keep.observe(scroll);
    keep.observe(list);
    jump.addEventListener("click", () => {
      this.stuck = true;
      this.toBottom(true);
      changed();
      input.focus({ preventScroll: true });
    });
    pinned.addEventListener("click", () => this.reveal(Number(pinned.dataset.messageId)));
    composer.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    input.addEventListener("input", () => this.grow());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("paste", (event) => {
      const file = [...event.clipboardData.files].find((item) => item.type.startsWith("image/"));
      if (file) event.preventDefault(), this.take(file);
    });
    attach.addEventListener("change", () => {
      if (attach.files[0]) this.take(attach.files[0]);
      attach.value = ""; // so that the same file can be chosen again
    });
    for (const kind of ["dblclick", "contextmenu"])
      list.addEventListener(kind, (event) => {
        const bubble = event.target.closest(".message");
        // Links, photos and buttons keep the browser's own menu; a long press arrives as contextmenu.
        if (!bubble || event.target.closest("a, button")) return;
        event.preventDefault();
        getSelection().removeAllRanges();
        this.openMenu(Number(bubble.dataset.messageId), event);
      });
    list.addEventListener("keydown", (event) => this.walk(event));
  }

  isVisible() {
    return this.root.clientWidth > 0;
  }

  /**
   * Puts the composer there or takes it away. What cannot be used is not in the page at all,
   * so a test that waits for it waits for the right thing.
   */
  canWrite(can) {
    const { composer } = this.part;
    if (can === composer.isConnected) return;
    if (!can) return composer.remove();
    this.part.voice.before(composer);
    this.grow(); // outside of the page it had no height to measure
  }

  // -- drawing

  draw() {
    const place = this.place();
    const room = place ? roomKey(place.chat, place.thread) : null;
    const moved = room !== this.room;
    if (moved) this.enter(room);
    const messages = room ? messagesOf(room) : [];
    const actor = this.actor();
    const own = messages.findLast((message) => message.from.id === actor)?.id ?? 0;
    if (own > this.lastOwn) this.stuck = true; // who writes wants to see it
    this.lastOwn = own;
    reconcile(this.part.list, this.items(messages, actor, moved));
    this.lastDrawn = messages.at(-1)?.id ?? 0;
    this.tabStop();
    if (this.stuck) this.toBottom();
    if (this.stuck && room && this.isVisible() && messages.length) world.seen.set(room, messages.at(-1).id);
    this.drawEdges(room, messages, actor);
  }

  /** Everything around the list. */
  drawEdges(room, messages, actor) {
    const { jump, pinned, status } = this.part;
    const news = room ? unread(room, actor) : 0;
    jump.hidden = this.stuck || messages.length === 0;
    jump.setAttribute("aria-label", news ? `Вниз, ${plural(news, "новое сообщение", "новых сообщения", "новых сообщений")}` : "Вниз");
    this.part["jump-count"].textContent = news;
    this.part["jump-count"].hidden = news === 0;
    const typing = world.typing.has(room);
    const line = typing ? "печатает…" : this.status();
    if (status.textContent !== line)
      status.replaceChildren(typing ? el("span", { className: "typing", data: { testid: this.typingId } }, line) : line);
    const pin = messages.findLast((message) => message.pinned);
    pinned.hidden = !pin;
    if (pin) {
      pinned.dataset.messageId = pin.id;
      pinned.replaceChildren(icon("pin"), el("span", {}, el("b", {}, "Закреплено"), el("span", {}, snippet(pin))));
    }
  }

  enter(room) {
    if (this.room) this.drafts.set(this.room, this.about?.kind === "edit" ? "" : this.part.input.value);
    this.room = room;
    this.stuck = true;
    this.lastOwn = Infinity; // the first drawing of a room is not "something was just written"
    this.setAbout(null);
    this.setPhoto(null);
    this.part.input.value = this.drafts.get(room) ?? "";
    this.grow();
  }

  /** What the list holds: days, service lines, messages, and albums as one item. */
  items(messages, actor, moved) {
    const items = [];
    const lastBot = messages.findLast((message) => message.from.bot)?.id ?? 0;
    let day = null;
    for (let i = 0; i < messages.length; i += 1) {
      const message = messages[i];
      const name = dayName(message.date);
      if (name !== day) items.push({ key: `day ${name}`, mark: name, make: () => el("p", { className: "day" }, name) });
      const before = name === day ? messages[i - 1] : null;
      day = name;
      if (message.service) {
        items.push({ key: message.id, mark: message.revision, make: () => el("p", { className: "service", data: { testid: "service" } }, message.service) });
        continue;
      }
      const parts = [message];
      while (message.album && messages[i + 1]?.album === message.album) parts.push(messages[++i]);
      const view = {
        from: message.from.id === actor ? "me" : message.from.bot ? "bot" : "other",
        follows: !!before && !before.service && before.from.id === message.from.id && message.date - before.date < 300,
        read: parts.at(-1).id < lastBot || parts.some((part) => part.reactions?.length),
        fresh: !moved && message.id > this.lastDrawn,
      };
      const quoted = parts.map((part) => this.quoted(part)?.revision ?? "").join();
      const mark = [view.from, view.follows, view.read, quoted, ...parts.map((part) => part.revision)].join("|");
      items.push({ key: message.id, mark, make: () => this.row(parts, view) });
    }
    return items;
  }

  row(parts, view) {
    const classes = ["row", view.from, view.follows && "follows", view.fresh && "fresh"].filter(Boolean).join(" ");
    if (parts.length === 1) return el("div", { className: classes }, this.bubble(parts[0], view));
    const pictures = parts.every((part) => ownFile(part.media?.url) && part.media.kind === "photo");
    const album = el("div", { className: pictures ? "album grid" : "album" });
    parts.forEach((part, i) => album.append(this.bubble(part, { ...view, follows: view.follows || i > 0 })));
    return el("div", { className: classes }, album);
  }

  bubble(message, view) {
    const bare = message.media?.kind === "sticker" && !message.text;
    const body = el("div", { className: bare ? "body bare" : "body" });
    if (this.namesSenders && view.from !== "me" && !view.follows) body.append(el("b", { className: "sender" }, message.from.name));
    if (message.forwarded_from) body.append(el("p", { className: "forwarded" }, "Переслано от ", el("b", {}, message.forwarded_from)));
    const quote = this.quoteNode(message);
    if (quote) body.append(quote);
    if (message.media) body.append(mediaNode(message.media));
    if (message.text) body.append(el("span", { className: "text", data: { testid: "bubble-text" } }, richText(message.text, message.entities ?? [], (text) => this.say(text))));
    body.append(this.metaNode(message, view));
    if (message.reactions?.length) body.append(el("div", { className: "reactions" }, ...message.reactions.map((emoji) => el("span", {}, emoji))));
    return el(
      "div",
      { className: "message", data: { testid: "bubble", messageId: message.id, from: view.from } },
      el("div", { className: "side" }, body, this.keyboard(message)),
      el("button", {
        type: "button", className: "icon more", tabIndex: -1,
        attrs: { "aria-label": `Действия: ${snippet(message).slice(0, 60)}`, "aria-haspopup": "menu" },
        onclick: (event) => this.openMenu(message.id, event),
      }, icon("more")),
    );
  }

  metaNode(message, view) {
    const meta = el("span", { className: "meta" });
    if (message.pinned) meta.append(icon("pin", "закреплено"));
    if (message.edited) meta.append(el("span", { data: { testid: "edited" } }, "изменено"));
    meta.append(el("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
    if (view.from === "me") meta.append(icon(view.read ? "ticks" : "tick", view.read ? "прочитано" : "отправлено"));
    return meta;
  }

  quoted(message) {
    // In a topic Telegram makes every message an answer to the topic's first one: not worth a quote.
    if (!message.reply_to || message.reply_to === message.thread) return null;
    return world.rooms.get(this.room)?.get(message.reply_to) ?? { id: null, from: { name: "Сообщение" }, text: "удалено" };
  }

  quoteNode(message) {
    const quoted = this.quoted(message);
    if (!quoted) return null;
    return el("button", { type: "button", className: "quote", data: { testid: "quote" }, onclick: () => this.reveal(quoted.id) },
      el("b", {}, quoted.from.name), el("span", {}, snippet(quoted)));
  }

  keyboard(message) {
    if (!message.buttons?.length) return null;
    const rows = message.buttons.map((row) => el("div", { className: "keys" }, ...row.map((button) => this.key(message, button))));
    return el("div", { className: "keyboard" }, ...rows);
  }

  key(message, button) {
    const href = button.url ? safeLink(button.url) : null;
    const data = { testid: "inline-button" };
    if (href) return el("a", { className: "key", href, target: "_blank", rel: "noopener noreferrer", data }, button.text, icon("link"));
    const node = el("button", { type: "button", className: "key", data }, button.text);
    node.onclick = async () => {
      if (node.getAttribute("aria-busy") === "true") return;
      node.setAttribute("aria-busy", "true");
      await this.tell("press", { as: this.actor(), chat: message.chat, message_id: message.id, data: button.data });
      node.removeAttribute("aria-busy");
    };
    return node;
  }

  // -- moving about

  toBottom(smooth = false) {
    const { scroll } = this.part;
    scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth && !calm.matches ? "smooth" : "instant" });
  }

  reveal(id) {
    const node = id && this.part.list.querySelector(`[data-message-id="${id}"]`);
    if (!node) return;
    this.stuck = false;
    node.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1600);
  }

  /** One tab stop for all the «⋯»: the last; arrows go on from there. */
  tabStop() {
    const all = this.part.list.querySelectorAll(".more");
    if (this.stop !== all[all.length - 1]) {
      this.stop?.setAttribute("tabindex", -1);
      this.stop = all[all.length - 1];
      this.stop?.setAttribute("tabindex", 0);
    }
  }

  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.classList.contains("more")) return;
    const all = [...this.part.list.querySelectorAll(".more")];
    all[all.indexOf(event.target) + step]?.focus();
    event.preventDefault();
  }

  // -- acting

  openMenu(id, event) {
    const message = world.rooms.get(this.room)?.get(id);
    if (!message) return;
    const actions = [];
    if (this.part.composer.isConnected) actions.push({ label: "Ответить", icon: "reply", run: () => this.setAbout({ kind: "reply", message }) });
    if (message.from.id === this.actor() && message.text && !message.forwarded_from && this.part.composer.isConnected)
      actions.push({ label: "Изменить", icon: "edit", run: () => this.setAbout({ kind: "edit", message }) });
    if (message.text)
      actions.push({ label: "Скопировать текст", icon: "file", run: () => navigator.clipboard?.writeText(message.text).then(() => this.toast("Скопировано"), () => this.toast("Не скопировалось")) });
    showMenu(event, actions);
  }

  onKey(event) {
    const { input } = this.part;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.about || this.photo)) {
      this.setAbout(null);
      this.setPhoto(null);
    } else if (event.key === "ArrowUp" && !input.value && this.room) {
      const own = messagesOf(this.room).findLast((message) => message.from.id === this.actor() && message.text);
      if (own) event.preventDefault(), this.setAbout({ kind: "edit", message: own });
    }
  }

  setAbout(about) {
    const { input } = this.part;
    if (about?.kind === "edit") input.value = about.message.text;
    else if (this.about?.kind === "edit") input.value = "";
    this.about = about;
    if (about?.kind === "edit") this.setPhoto(null);
    this.drawAbout();
    this.grow();
    if (about) input.focus();
  }

  setPhoto(photo) {
    this.photo = photo;
    this.drawAbout();
  }

  /** The line above the composer: what is being answered or edited, and the photo about to go. */
  drawAbout() {
    const bar = this.part.about;
    const line = (picture, title, text, cancel) =>
      el("div", {}, picture, el("span", {}, el("b", {}, title), el("span", {}, text)),
        el("button", { type: "button", className: "icon", onclick: () => (cancel(), this.part.input.focus()), attrs: { "aria-label": "Отменить" } }, icon("close")));
    bar.replaceChildren();
    if (this.about) {
      const { kind, message } = this.about;
      bar.append(line(icon(kind), kind === "edit" ? "Изменить" : `Ответ: ${message.from.name}`, snippet(message), () => this.setAbout(null)));
    }
    if (this.photo) bar.append(line(el("img", { src: this.photo, alt: "" }), "Фото", "подпись можно добавить в сообщении", () => this.setPhoto(null)));
    bar.hidden = !bar.firstChild;
  }

  async take(file) {
    try {
      this.setPhoto(await photoData(file));
      this.part.input.focus();
    } catch {
      this.toast("Это не похоже на фото. Подойдут JPEG, PNG и WebP.", true);
    }
  }

  grow() {
    const { input } = this.part;
    input.style.height = "auto";
    const borders = input.offsetHeight - input.clientHeight;
    const wanted = input.scrollHeight + borders;
    input.style.height = `${Math.min(wanted, 144)}px`;
    input.style.overflowY = wanted > 144 ? "auto" : "hidden";
  }

  /** Puts text where the caret is. */
  insert(text) {
    const { input } = this.part;
    const before = input.value.slice(0, input.selectionStart);
    input.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, input.selectionStart, input.selectionEnd, "end");
    this.grow();
    input.focus();
  }

  say(text) {
    const { chat, thread } = this.place();
    return this.tell("send", { as: this.actor(), chat, thread, text, photo: null, reply_to: null });
  }

  submit() {
    const { input } = this.part;
    const text = input.value.trim();
    const { about, photo } = this;
    const place = this.place();
    if ((!text && !photo) || !place) return;
    const room = this.room;
    const as = this.actor();
    // The field is free at once; requests still go one after another, so order holds.
    this.setAbout(null);
    this.setPhoto(null);
    input.value = "";
    this.grow();
    this.sending = this.sending.then(async () => {
      const sent = about?.kind === "edit"
        ? await this.tell("edit", { as, chat: about.message.chat, message_id: about.message.id, text })
        : await this.tell("send", { as, ...place, text: text || null, photo, reply_to: about?.message.id ?? null });
      if (sent) return;
      // Nothing typed is lost: it goes back to where it was, unless something new stands there.
      if (this.room !== room) this.drafts.set(room, text);
      else if (!input.value) {
        this.setAbout(about);
        this.setPhoto(photo);
        input.value = text;
        this.grow();
      }
    });
  }

  /** Calls the sandbox; a refusal is shown here. True if it went well. */
  async tell(path, body) {
    try {
      await post(path, body);
      return true;
    } catch (error) {
      this.toast(error.message, true);
      return false;
    }
  }

  toast(text, isError = false) {
    const { toast } = this.part;
    clearTimeout(this.toastTimer);
    toast.textContent = text;
    toast.classList.toggle("error", isError);
    toast.hidden = false;
    this.toastTimer = setTimeout(() => (toast.hidden = true), 3000 + text.length * 50);
  }
}

/** The file as a data URL; big ones are scaled down, as messengers do, to fit the sandbox's 8 MB. */
async function photoData(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < 3_000_000)
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
  const canvas = el("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}

// ---- the small menu

let menuOpener = null;

/** Opens the menu at the pointer, or below the button it was opened from by keyboard. */
function showMenu(event, actions) {
  const menu = byId("menu");
  if (!actions.length) return closeMenu(false);
  // A second menu out of the first (a confirmation) gives the focus back to the first one's opener.
  if (menu.hidden) menuOpener = document.activeElement;
  menu.replaceChildren(...actions.map(({ label, icon: name, danger, run }) =>
    el("button", { type: "button", className: danger ? "danger" : "", attrs: { role: "menuitem", tabindex: -1 }, onclick: (next) => (closeMenu(), run(next)) }, name ? icon(name) : null, label)));
  const box = event.target.closest?.("button")?.getBoundingClientRect();
  menu.hidden = false;
  const x = event.clientX || box?.left || 0;
  const y = event.clientY || box?.bottom || 0;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  menu.firstChild.focus();
}

function closeMenu(giveBack = true) {
  if (byId("menu").hidden) return;
  byId("menu").hidden = true;
  if (giveBack) menuOpener?.focus?.({ preventScroll: true });
}

byId("menu").addEventListener("keydown", (event) => {
  const all = [...byId("menu").children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  if (!byId("menu").contains(event.target)) closeMenu(false);
});

// ---- the two chats

const customerChat = new Chat(byId("customer"), {
  place: () => (world.customer ? { chat: world.customer, thread: null } : null),
  actor: () => world.customer,
  status: () => "бот",
  typingId: "typing",
  namesSenders: false,
});
const deskChat = new Chat(byId("desk"), {
  place: () => (world.topic === undefined ? null : { chat: world.desk.id, thread: world.topic }),
  actor: () => world.agent,
  status: () => {
    const topic = openedTopic();
    return topic ? (topic.closed ? "тема закрыта" : "тема открыта") : "видят все агенты";
  },
  typingId: "desk-typing",
  namesSenders: true,
});

const block = (blocked) => customerChat.tell("block", { customer: world.customer, blocked });
const start = el("button", { type: "button", className: "strong", data: { testid: "customer-start" }, onclick: () => customerChat.say("/start") }, "Запустить");
const unblock = el("button", { type: "button", className: "strong", data: { testid: "customer-unblock" }, onclick: () => block(false) }, "Разблокировать бота");

/** What stands below the customer's messages: «Запустить», «Разблокировать», or the composer. */
function drawGate() {
  const { gate, empty, input } = customerChat.part;
  const customer = world.customers.get(world.customer);
  const begun = messagesOf(customerChat.room).length > 0;
  const barrier = !customer ? null : customer.blocked ? unblock : begun ? null : start;
  const hadFocus = gate.contains(document.activeElement);
  if (barrier !== gate.firstChild) gate.replaceChildren(...(barrier ? [barrier] : []));
  gate.hidden = !barrier;
  customerChat.canWrite(!!customer && !barrier);
  empty.hidden = begun || !customer;
  if (hadFocus && !barrier) input.focus({ preventScroll: true }); // the pressed button has gone
}

customerChat.part.trouble.addEventListener("click", (event) => {
  const blocked = world.customers.get(world.customer)?.blocked;
  // What the keyboard's button never sends: the number of somebody else.
  const contact = { label: "Клиент прислал чужой контакт", icon: "person", run: () => customerChat.tell("contact", { customer: world.customer }) };
  showMenu(event, [...(customerChat.part.composer.isConnected ? [contact] : []), blocked
    ? { label: "Клиент разблокировал бота", run: () => block(false) }
    : { label: "Клиент заблокировал бота", icon: "lock", danger: true, run: () => block(true) }]);
});

// ---- the desk: topics

/** The newest message of a topic (null: of General), if any. */
function lastIn(topic) {
  let last;
  for (const message of world.rooms.get(roomKey(world.desk.id, topic?.id))?.values() ?? [])
    if (!last || message.id > last.id) last = message;
  return last;
}

/** Topics that still exist, the latest spoken in first. */
function liveTopics() {
  const when = (topic) => lastIn(topic)?.date ?? 0;
  const here = (topic) => topic.chat === world.desk.id && !topic.deleted;
  return [...world.topics.values()].filter(here).sort((a, b) => when(b) - when(a) || b.id - a.id);
}
const dotColour = (topic) => `#${((topic?.icon_color ?? 0x7a8c88) & 0xffffff).toString(16).padStart(6, "0")}`;

function openTopic(topic) {
  world.topic = topic;
  draw();
  if (topic === undefined) byId("topic-list").querySelector("button")?.focus();
  else if (wide.matches) deskChat.part.input.focus({ preventScroll: true });
}

/** A topic in the list. The group's General stands first and is no topic of a customer's. */
function topicItem(topic) {
  const id = topic?.id ?? null;
  const room = roomKey(world.desk.id, id);
  const last = lastIn(topic);
  const news = unread(room, world.agent);
  const isOpen = world.topic === id;
  const name = topic?.name ?? "Общая";
  const mark = JSON.stringify([name, topic?.closed, dotColour(topic), last?.revision, news, isOpen]);
  const make = () => {
    const dot = el("span", { className: "dot" });
    dot.style.setProperty("--dot", dotColour(topic));
    return el("button", {
      type: "button", className: "topic", onclick: () => openTopic(id),
      data: { testid: topic ? "topic-item" : "topic-general", topic: id ?? "" },
      attrs: isOpen ? { "aria-current": "true" } : {},
    },
      dot,
      el("span", { className: "topic-name" }, el("span", {}, name), topic?.closed ? icon("lock", "закрыта") : null),
      last ? el("time", {}, clock(last.date)) : "",
      el("span", { className: "topic-last" }, last ? snippet(last) : topic ? "пока пусто" : "команды для всей группы"),
      news ? el("span", { className: "badge", data: { testid: "unread" }, attrs: { "aria-label": plural(news, "непрочитанное", "непрочитанных", "непрочитанных") } }, String(news)) : "");
  };
  return { key: id, mark, make, news };
}

/** Where there are several groups, one is chosen. */
function drawGroups() {
  const select = byId("group-select");
  select.hidden = world.groups.length < 2;
  drawPeople(select, world.groups, world.desk.id, (group) => group.title);
}

byId("group-select").addEventListener("change", (event) => {
  world.desk = world.groups.find((group) => group.id === Number(event.target.value)) ?? world.desk;
  openTopic(undefined);
});

function drawDesk() {
  const topics = liveTopics();
  byId("desk-title").textContent = world.desk.title;
  drawGroups();
  byId("desk-letter").textContent = world.desk.title.slice(0, 1);
  byId("desk-people").textContent = `${plural(world.agents.size, "агент", "агента", "агентов")}, ${plural(topics.length, "тема", "темы", "тем")}`;
  const items = topics.map(topicItem);
  const general = topicItem(null);
  reconcile(byId("topic-list"), [general, ...items]);

  const topic = openedTopic();
  const open = world.topic !== undefined;
  byId("desk").dataset.open = open ? "yes" : "no";
  deskChat.part.head.hidden = !open;
  deskChat.canWrite(open);
  deskChat.part.trouble.hidden = !topic;
  byId("topic-name").textContent = open ? topic?.name ?? "Общая" : "";
  byId("topic-dot").style.setProperty("--dot", dotColour(topic));
  deskChat.part.empty.hidden = messagesOf(deskChat.room).length > 0;
  deskChat.part.empty.firstElementChild.textContent = open
    ? "Здесь пока нет сообщений."
    : topics.length ? "Выберите тему слева." : "Когда клиенту понадобится человек, здесь появится тема с его историей.";
  return items.reduce((sum, item) => sum + item.news, general.news);
}

byId("desk-back").addEventListener("click", () => openTopic(undefined));
deskChat.part.trouble.addEventListener("click", (event) => {
  const topic = world.topic;
  const remove = () => deskChat.tell("delete_topic", { chat: world.desk.id, topic });
  showMenu(event, [{
    label: "Удалить тему", icon: "close", danger: true,
    // Asked once more: a topic cannot be brought back.
    run: (next) => showMenu(next, [{ label: "Точно удалить", danger: true, run: remove }, { label: "Оставить", run: () => {} }]),
  }]);
});

// ---- people, samples, tabs

function drawPeople(select, users, chosen, label) {
  reconcile(select, users.map((user) => {
    const text = label(user);
    return { key: user.id, mark: text, make: () => el("option", { value: user.id, textContent: text }) };
  }));
  select.value = chosen ?? "";
}

function customerLabel(user) {
  const news = unread(roomKey(user.id, null), user.id);
  return user.name + (user.blocked ? " · бот заблокирован" : "") + (news ? ` (${news})` : "");
}

byId("customer-select").addEventListener("change", (event) => ((world.customer = Number(event.target.value)), draw()));
byId("agent-select").addEventListener("change", (event) => ((world.agent = Number(event.target.value)), draw()));

/** The inline form that asks a newcomer's name. */
function newcomer(role, chat, choose) {
  const form = byId(`${role}-new`);
  const opener = byId(`${role}-add`);
  const name = form.querySelector("input");
  const show = (open) => {
    form.hidden = !open;
    opener.setAttribute("aria-expanded", open);
    (open ? name : opener).focus();
  };
  opener.addEventListener("click", () => show(form.hidden));
  form.querySelector("[type=button]").addEventListener("click", () => show(false));
  form.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    try {
      const user = await post("user", { name: name.value.trim(), role });
      name.value = "";
      show(false);
      world[`${role}s`].set(user.id, user); // the event may come later than the answer
      choose(user.id);
      draw();
    } catch (error) {
      chat.toast(error.message, true);
    }
  });
}
newcomer("customer", customerChat, (id) => (world.customer = id));
newcomer("agent", deskChat, (id) => (world.agent = id));

function drawSamples() {
  byId("samples").hidden = world.samples.length === 0;
  reconcile(byId("sample-list"), world.samples.map(({ label, good_for, phrase }) => ({
    key: JSON.stringify([phrase, label]), // one thing may be good for several others
    mark: good_for,
    make: () => el("button", { type: "button", className: "sample", data: { testid: "sample", label }, onclick: () => takeSample(phrase ? `${phrase} ${label}` : label) },
      el("b", {}, label), phrase ? el("q", {}, phrase) : null, el("span", {}, good_for)),
  })));
}

let lastSample = null;

function takeSample(words) {
  const { input } = customerChat.part;
  showTab("customer");
  if (input.value === lastSample) input.value = ""; // one card after another: the last one counts
  customerChat.insert(words);
  lastSample = input.value;
  if (start.isConnected) {
    customerChat.toast("Пример ждёт в поле. Сначала нажмите «Запустить».");
    start.focus();
  }
}

byId("samples").open = wide.matches;
byId("sample-list").addEventListener("wheel", (event) => {
  const strip = event.currentTarget;
  // An ordinary wheel moves the strip sideways, but only while there is somewhere to go.
  if (event.deltaX || strip.scrollWidth <= strip.clientWidth) return;
  strip.scrollLeft += event.deltaY;
  event.preventDefault();
}, { passive: false });

const tabs = [...document.querySelectorAll("[role=tab]")];

function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", tab.dataset.tab === name);
    tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
  }
  draw();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => showTab(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = tabs.find((next) => next !== tab);
    showTab(other.dataset.tab);
    other.focus();
  });
}
wide.addEventListener("change", () => draw());

function badge(tab, count) {
  const node = tab.querySelector(".badge");
  node.textContent = count;
  node.hidden = count === 0;
}

// ---- drawing all, and the connection

let firstOpening = true;

function draw() {
  if (!world.ready) return;
  if (!world.customers.has(world.customer)) world.customer = [...world.customers.keys()][0] ?? null;
  if (!world.agents.has(world.agent)) world.agent = [...world.agents.keys()][0] ?? null;
  if (world.topic && (openedTopic()?.deleted ?? true)) world.topic = undefined;
  // The first topic opens by itself, once: who only watches sees the handoff happen.
  if (firstOpening && world.topic === undefined && roomy.matches && liveTopics().length) world.topic = liveTopics()[0].id;
  if (world.topic !== undefined) firstOpening = false;

  customerChat.draw(); // chats first: drawing marks as seen what the lists below count
  deskChat.draw();
  drawGate();
  drawKeyboard(customerChat, world.keyboards.get(world.customer), world.customers.get(world.customer));
  const news = drawDesk();
  drawPeople(byId("customer-select"), [...world.customers.values()], world.customer, customerLabel);
  drawPeople(byId("agent-select"), [...world.agents.values()], world.agent, (user) => user.name);
  drawSamples();
  badge(tabs[0], [...world.customers.keys()].reduce((sum, id) => sum + unread(roomKey(id, null), id), 0));
  badge(tabs[1], news);
}

let drawing = null;
/** Asks for a redraw; a burst of events costs one. (A timer: animation frames stop in a hidden tab.) */
function changed() {
  drawing ??= setTimeout(() => ((drawing = null), draw()), 16);
}

/** Tells the screen reader of a new message in a chat that is open and seen. */
function announce(message) {
  const room = roomKey(message.chat, message.thread);
  for (const chat of [customerChat, deskChat])
    if (chat.room === room && chat.isVisible() && message.from.id !== chat.actor())
      chat.part.voice.textContent = `${message.from.name}: ${snippet(message)}`;
}

function showToast({ user, text, alert }) {
  const chat = user === world.customer ? customerChat : user === world.agent ? deskChat : null;
  if (!chat || !text) return;
  if (!alert) return chat.toast(text);
  byId("alert").querySelector("p").textContent = text;
  if (!byId("alert").open) byId("alert").showModal();
}

const handlers = {
  snapshot: (data) => (load(data), setLink("on", "на связи")),
  message: (data) => remember(data) && announce(data),
  topic: (data) => world.topics.set(topicKey(data.chat, data.id), data),
  user: (data) => (data.role === "agent" ? world.agents : world.customers).set(data.id, data),
  typing: startTyping,
  toast: showToast,
  deleted: forget,
  keyboard: (data) => world.keyboards.set(data.chat, data),
};

function setLink(state, text) {
  const link = byId("link");
  link.dataset.state = state;
  if (link.textContent !== text) link.textContent = text;
}

function connect() {
  const source = new EventSource("/page/events");
  for (const [name, handle] of Object.entries(handlers))
    source.addEventListener(name, (event) => (handle(JSON.parse(event.data)), changed()));
  source.onerror = () => {
    setLink("off", "нет связи, пробую снова");
    // A dropped line the browser mends itself; a refusal (the sandbox is starting) it does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}
connect();
