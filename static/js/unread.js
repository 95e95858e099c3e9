// How much is unread: in the title, the favicon and the navigation, and as a sound where that is
// wanted. One of several open pages sounds, and not twice within two seconds. Where no page is looked
// at, a notice of the browser says it too.
import { notify } from "./notify.js";
import { patch } from "./patch.js";

const REST = 2_000;
const RANG = "raspisms-rang";

let known = Number(document.body.dataset.latest); // the last message that this page knows of

// ``isRead``: whether somebody looks at that conversation now.
export function showCounts(fresh, isRead) {
  const { unreadNow, newest, newestIn, latest, words, url } = fresh.dataset;
  const icon = document.querySelector("link[data-favicon]");
  const { title } = document.body.dataset;
  document.title = unreadNow === "0" ? title : `(${unreadNow}) ${title}`;
  icon.href = unreadNow === "0" ? icon.dataset.favicon : icon.dataset.faviconUnread;
  for (const name of ["data-unread", "data-waiting"])
    for (const badge of document.querySelectorAll(`[${name}]`))
      patch(badge, fresh.querySelector(`[${name}]`).cloneNode(true));
  const isNews = Number(newest) > known;
  known = Number(latest);
  if (!isNews || isRead(newestIn)) return;
  ring(newest);
  notify(words, { url, tag: `conversation-${newestIn}` });
}

function ring(message) {
  const { sound } = document.body.dataset;
  const [rang, at] = (localStorage.getItem(RANG) ?? "").split(" ");
  if (!sound || rang === message || Date.now() - at < REST) return;
  localStorage.setItem(RANG, `${message} ${Date.now()}`);
  new Audio(sound).play().catch((fault) => {
    // Browsers let a page sound only after somebody has used it.
    if (fault.name !== "NotAllowedError") throw fault;
  });
}
