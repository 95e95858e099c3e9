// Brings a part of the page up to date in place. What did not change stays the very element that it
// is: its focus, what is selected or typed in it, and whether it is open.

// What belongs to the person or to a script, not to the server.
const OURS = new Set(["open", "data-sent", "aria-busy", "aria-current", "style"]);

export function patch(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && !OURS.has(name)) old.setAttribute(name, value);
  if (!old.matches("textarea")) patchChildren(old, fresh);
}

function patchChildren(old, fresh) {
  let place = old.firstChild;
  const removeUntil = (end) => {
    while (place !== end) [place] = [place.nextSibling, place.remove()];
  };
  for (const next of [...fresh.childNodes].filter(isSomething)) {
    let match = place;
    while (match && !isAlike(match, next)) match = match.nextSibling;
    if (match) {
      removeUntil(match);
      patch(match, next);
      place = match.nextSibling;
    } else {
      old.insertBefore(next, place);
      old.insertBefore(document.createTextNode(" "), place);
    }
  }
  removeUntil(null);
}

const isSomething = (node) => node.nodeType !== Node.TEXT_NODE || node.data.trim() !== "";

function isAlike(one, other) {
  if (one.nodeName !== other.nodeName || !isSomething(one)) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return true;
  const sign = (element) => [element.id, element.getAttribute("name"), element.classList[0]].join();
  return sign(one) === sign(other);
}

// Brings the items of a list up to date, and returns those that were not there before. What the fresh
// list does not name is removed, unless it stands before the first that it names: it is only older.
// The line above what is new (#new) stays, until it has another place.
export function merge(list, fresh) {
  if (fresh.querySelector("#new")) list.querySelector("#new")?.remove();
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const itsItem = [...list.children].find((item) => item.contains(focused));
  const known = new Map([...list.children].map((item) => [item.id, item]));
  const wanted = [...fresh.children];
  const listed = new Set(wanted.map((item) => item.id));
  removeUnlisted(list, listed, "whole" in fresh.dataset);
  const came = wanted.filter((item) => !known.has(item.id));
  const skip = (item) => (!item || listed.has(item.id) ? item : skip(item.nextElementSibling));
  let place = skip(list.firstElementChild);
  for (const item of wanted) {
    const old = known.get(item.id) ?? item;
    if (old === place) place = skip(place.nextElementSibling);
    else list.insertBefore(old, place);
    if (old.dataset.version !== item.dataset.version) patch(old, item);
  }
  refocus(focused, itsItem);
  return came;
}

// Names of days do not tell where the fresh list begins: the older messages of a day stand below its
// name. Where the two have nothing in common, too much came to know what is missing in between.
function removeUnlisted(list, listed, whole) {
  const first = [...list.children].find((item) => listed.has(item.id) && !item.matches(".day"));
  for (const item of [...list.children]) {
    if (listed.has(item.id) || (first && item.id === "new")) continue;
    const isOlder = first && item.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (whole || !isOlder) item.remove();
  }
}

function refocus(element, item) {
  if (!element || document.activeElement === element) return;
  if (!element.isConnected) {
    if (!item?.isConnected) return;
    item.tabIndex = -1;
    element = item;
  }
  element.focus({ preventScroll: true });
}
