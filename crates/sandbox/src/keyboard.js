// The reply keyboard: the buttons that the bot has put below the customer's field, and the question
// before one of them gives the phone number away.

import { byId, el, icon, reconcile } from "/helpers.js";

/** Draws the keyboard of the open chat, or takes the old one away. */
export function drawKeyboard(chat, keyboard, customer) {
  const { keys, input } = chat.part;
  const rows = keyboard?.rows ?? [];
  const hadFocus = keys.contains(document.activeElement);
  reconcile(keys, rows.map((row, i) => ({
    key: i,
    mark: JSON.stringify([customer.id, row]),
    make: () => el("div", { className: "keys" }, ...row.map((key) => keyNode(chat, key, customer))),
  })));
  keys.hidden = rows.length === 0;
  input.placeholder = keyboard?.placeholder ?? "Сообщение";
  if (hadFocus && keys.hidden) input.focus({ preventScroll: true }); // the pressed button has gone
}

function keyNode(chat, key, customer) {
  return el("button", {
    type: "button", className: "key", data: { testid: "reply-button" },
    onclick: () => (key.shares_phone ? askToShare(chat, customer) : chat.say(key.text)),
  }, key.text, key.shares_phone ? icon("person") : null);
}

function askToShare(chat, customer) {
  const dialog = byId("share");
  byId("share-question").replaceChildren("Поделиться номером ", el("b", {}, phoneForPeople(customer.phone)), " с ботом?");
  byId("share-confirm").onclick = () => chat.tell("share", { customer: customer.id });
  dialog.showModal();
}

/** «79000000001» as «+7 900 000-00-01». */
function phoneForPeople(phone) {
  return phone.replace(/^7(\d{3})(\d{3})(\d{2})(\d{2})$/, "+7 $1 $2-$3-$4");
}
