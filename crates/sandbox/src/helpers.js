// The small helpers of the demo page: nodes, plurals, redrawing, calls of the sandbox. They know
// nothing of chats.

export const byId = (id) => document.getElementById(id);

/** A new element: own properties, `data` for data-attributes, then children (strings become text). */
export function el(tag, props = {}, ...children) {
  const { data = {}, attrs = {}, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, data);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

export function icon(name, label = null) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  if (label) svg.setAttribute("role", "img"), svg.setAttribute("aria-label", label);
  else svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Russian plural: plural(2, "тема", "темы", "тем"). */
export function plural(n, one, few, many) {
  const form = new Intl.PluralRules("ru").select(n);
  return `${n} ${form === "one" ? one : form === "few" ? few : many}`;
}

/**
 * Makes `parent` hold exactly `items` ({key, mark, make}), in order. A node is made anew only when
 * its mark changed, so focus, images and the screen reader's place survive a redraw.
 */
const kept = new WeakMap();
export function reconcile(parent, items) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  const keys = new Set(items.map((item) => item.key));
  for (const [key, entry] of before) if (!keys.has(key)) entry.node.remove();
  const focused = document.activeElement;
  let place = parent.firstChild;
  for (const { key, mark, make } of items) {
    let entry = before.get(key);
    if (entry?.mark !== mark) {
      const node = make();
      if (entry) {
        if (place === entry.node) place = node;
        const hadFocus = entry.node.contains(focused);
        entry.node.replaceWith(node);
        if (hadFocus) refocus(focused, node);
      }
      entry = { mark, node };
    }
    if (entry.node === place) place = place.nextSibling;
    else parent.insertBefore(entry.node, place);
    after.set(key, entry);
  }
  kept.set(parent, after);
  if (focused?.isConnected && document.activeElement === document.body) focused.focus({ preventScroll: true });
}

/** A pressed button whose message was edited is gone: its successor, or the list, takes the focus. */
function refocus(old, node) {
  queueMicrotask(() => {
    const all = [...node.querySelectorAll("button, a")];
    const same = all.find((next) => next.textContent === old.textContent) ?? all[0];
    (same ?? node.closest("[tabindex]"))?.focus({ preventScroll: true });
  });
}

export async function post(path, body) {
  let response;
  try {
    response = await fetch(`/page/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("Нет связи с песочницей. Попробуйте ещё раз.");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error ?? `Песочница ответила ошибкой ${response.status}.`);
  return answer;
}
