// Keeps the list of an open page up to date. It asks the page's own address for the list alone, and
// changes only the items that changed: what is typed, focused, selected or scrolled to stays.
const SOON = 3_000;
const LATER = 15_000;
const QUIET_AFTER = 20; // askings without news

const list = document.querySelector("[data-live]");
const news = document.querySelector("[data-live-news]");
const address = location.pathname + location.search;
let state = list?.dataset.live;
let quiet = 0;
let timer;
let asking;

function next(pause) {
  clearTimeout(timer);
  if (list && !document.hidden) timer = setTimeout(ask, pause);
}

async function ask() {
  asking = new AbortController();
  try {
    const answer = await fetch(address, {
      headers: { "X-RaspiSMS-Part": "list", "If-None-Match": `W/"${state}"` },
      redirect: "manual",
      signal: AbortSignal.any ? AbortSignal.any([asking.signal, AbortSignal.timeout(20_000)]) : asking.signal,
    });
    if (answer.type === "opaqueredirect" || answer.status === 404) return; // logged out, or gone
    quiet += 1;
    if (answer.status === 200) show(await answer.text());
  } catch (fault) {
    if (fault.name === "AbortError") return;
    quiet = QUIET_AFTER; // the server does not answer: no hurry
  }
  next(quiet < QUIET_AFTER ? SOON : LATER);
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-live]");
  if (!fresh) return;
  const atEnd = isAtEnd();
  const came = merge(fresh);
  state = fresh.dataset.live;
  quiet = 0;
  document.querySelector("[data-live-empty]")?.toggleAttribute("hidden", list.children.length > 0);
  if (came.some((item) => item.matches(".bubble:not(.mine)")) && news) tell(news);
  if (came.length && atEnd) scrollTo({ top: document.documentElement.scrollHeight });
}

// Brings the list up to date and returns the items that were not there before. What the answer does
// not list any more is only too old for it: it keeps its place.
function merge(fresh) {
  const known = new Map([...list.children].map((item) => [item.id, item]));
  const listed = new Set([...fresh.children].map((item) => item.id));
  const skip = (item) => (!item || listed.has(item.id) ? item : skip(item.nextElementSibling));
  const came = [];
  let place = skip(list.firstElementChild);
  for (const item of [...fresh.children]) {
    const old = known.get(item.id);
    if (!old) {
      list.insertBefore(item, place);
      came.push(item);
      continue;
    }
    if (old === place) place = skip(place.nextElementSibling);
    const now = old.dataset.version === item.dataset.version ? old : item;
    if (now === item) old.replaceWith(item);
    if (skip(now.nextElementSibling) !== place) list.insertBefore(now, place);
  }
  return came;
}

function isAtEnd() {
  const page = document.documentElement;
  return Boolean(news) && page.scrollHeight - page.clientHeight - page.scrollTop < 120;
}

function tell(place) {
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = place.dataset.liveNews));
}

document.addEventListener("visibilitychange", () => {
  asking?.abort();
  quiet = 0;
  next(0);
});
// The answer to a form that is under way must not meet one of ours.
document.addEventListener("submit", () => {
  asking?.abort();
  clearTimeout(timer);
});
window.addEventListener("pageshow", () => next(SOON));
window.addEventListener("pagehide", () => {
  asking?.abort();
  clearTimeout(timer);
});
