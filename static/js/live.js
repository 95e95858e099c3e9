// Keeps an open page up to date. It asks what is new, as raspisms/web/news.py tells: quickly while
// somebody looks, slowly while nobody moves, rarely when hidden, and not at all once closed.
import { merge } from "./patch.js";
import { isAtEnd, keepPlace, toEnd } from "./place.js";
import { showCounts } from "./unread.js";

const QUICK = 1_000;
const SLOW = 5_000;
const HIDDEN = 60_000;
const AWAY_AFTER = 5 * 60_000;
const PATIENCE = 8_000; // a longer answer is none
const LONGEST_REST = 30_000; // after failures
const TOLD_AFTER = 2; // failures

const asked = new URL(document.body.dataset.live, location.href);
const conversation = asked.searchParams.get("conversation");
const place = document.querySelector("[data-live-notices]");
const states = { counts: "", stamp: document.body.dataset.stamp };
const region = (name) => document.querySelector(`[data-part=${name}]`);

let timer;
let asking;
let isPressed = false; // to ask again at once
let failures = 0;
let moved = performance.now();
let isUnread = false; // this conversation
let isStopped = false;
// The server has marked as read what a page shows at first, unless it was fetched ahead.
let seenTo = document.prerendering ? 0 : newestShown();

function pause() {
  const rest = failures && Math.min(1_000 * 2 ** failures, LONGEST_REST);
  const pace = document.hidden ? HIDDEN : performance.now() - moved < AWAY_AFTER ? QUICK : SLOW;
  return Math.max(rest, pace * (navigator.connection?.saveData ? 4 : 1)) * (0.9 + Math.random() / 5);
}

function plan(rest) {
  clearTimeout(timer);
  if (!isStopped) timer = setTimeout(ask, rest);
}

async function ask() {
  isPressed = Boolean(asking);
  if (asking || isStopped) return;
  clearTimeout(timer);
  asking = new AbortController();
  const patience = setTimeout(() => asking.abort(), PATIENCE);
  try {
    const answer = await answered();
    failures = answer.fault ? failures + 1 : 0;
    tell(failures < TOLD_AFTER && answer.fault !== "out" ? null : answer.fault);
    if (!answer.fault) take(answer);
  } finally {
    clearTimeout(patience);
    asking = null;
    plan(isPressed ? 0 : pause());
  }
}

async function answered() {
  const headers = { "RaspiSMS-Shown": shown() };
  try {
    const answer = await fetch(asked, { headers, redirect: "manual", signal: asking.signal });
    if (answer.type === "opaqueredirect") return { fault: "out" }; // to the login
    if (!answer.ok) return { fault: "trouble" };
    return { html: await answer.text(), stamp: answer.headers.get("RaspiSMS-Stamp") };
  } catch {
    return { fault: "lost" }; // no network, no server, or no patience any more
  }
}

function shown() {
  for (const name of ["list", "thread", "watch"])
    if (region(name)) states[name] = region(name).dataset.state;
  return Object.entries(states).map((pair) => pair.join("=")).join(", ");
}

function take({ html, stamp }) {
  states.stamp = stamp;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) show[part.dataset.part](part);
  if (isJustSeen()) return noteSeen();
  const counts = fresh.querySelector("[data-part=counts]");
  if (!counts) return;
  states.counts = counts.dataset.state;
  showCounts(counts, (id) => id === conversation && isLookedAt());
}

const show = {
  counts(fresh) {
    isUnread = "here" in fresh.dataset;
  },
  list(fresh) {
    if (!region("list")) return;
    merge(region("list"), fresh);
    settle(region("list"), fresh);
  },
  watch(fresh) {
    merge(region("watch"), fresh);
    settle(region("watch"), fresh);
  },
  thread(fresh) {
    const thread = region("thread");
    const follows = isAtEnd(thread);
    // Under somebody's eyes the line above what is new neither comes nor moves.
    if (isLookedAt() && (follows || thread.querySelector("#new"))) fresh.querySelector("#new")?.remove();
    const came = change(thread, fresh, follows);
    const isNews = came.some((item) => item.matches(".bubble:not(.mine)"));
    if (isNews) say(document.querySelector("[data-live-news]"));
    if (isNews && !follows) offerJump();
    const isGone = fresh.dataset.state === "gone";
    for (const button of document.querySelectorAll("form[data-send] button")) button.disabled = isGone;
  },
  stop(fresh) {
    isStopped = true;
    place.replaceChildren(...fresh.childNodes);
  },
};

function settle(list, fresh) {
  list.dataset.state = fresh.dataset.state;
  const empty = list.parentElement.querySelector("[data-live-empty]");
  empty?.toggleAttribute("hidden", list.children.length > 0);
}

function change(thread, fresh, follows) {
  let came;
  keepPlace(thread, () => (came = merge(thread, fresh)));
  settle(thread, fresh);
  const oldest = [...thread.children].find((item) => /^m\d/.test(item.id));
  if (oldest) lead(document.querySelector("a[data-older]"), oldest.id.slice(1));
  if (follows) toEnd(thread);
  return came;
}

// What is older begins where the thread does, which is later where too much came at once.
function lead(link, before) {
  if (!link) return;
  const older = new URL(link.href);
  older.searchParams.set("before", before);
  link.href = older;
}

const isLookedAt = () => !document.hidden && document.hasFocus();

function newestShown() {
  const theirs = region("thread")?.querySelectorAll(".bubble:not(.mine)") ?? [];
  return Math.max(0, ...[...theirs].map((item) => Number(item.id.slice(1))));
}

// Once for each message: who marks a conversation as unread again means it.
const isJustSeen = () =>
  isUnread && newestShown() > seenTo && isLookedAt() && isAtEnd(region("thread"));

// It is told before it would count as unread here; then all is asked anew.
async function noteSeen() {
  const newest = (seenTo = newestShown());
  states.stamp = "";
  const token = document.querySelector("[name=csrf_token]").value;
  const body = new URLSearchParams({ csrf_token: token, conversation, to: newest });
  try {
    await fetch(`${asked.pathname}/seen`, { method: "POST", body, redirect: "manual" });
    ask();
  } catch {
    seenTo = 0; // no network: again with the next answer
  }
}

function tell(fault) {
  if (place.dataset.told === (fault ?? "")) return;
  place.dataset.told = fault ?? "";
  place.replaceChildren(...(fault ? [word(fault)] : []));
}

const word = (name) =>
  document.querySelector(`template[data-live-word=${name}]`).content.cloneNode(true);

function say(status) {
  if (!status) return;
  status.textContent = "";
  requestAnimationFrame(() => (status.textContent = status.dataset.liveNews));
}

function offerJump() {
  if (document.querySelector("[data-live-jump]")) return;
  const thread = region("thread");
  const form = document.querySelector("form.reply[data-send]");
  if (form) form.prepend(word("jump"));
  else thread.after(word("jump"));
  const jump = document.querySelector("[data-live-jump]");
  jump.querySelector("button").addEventListener("click", () => {
    toEnd(thread);
    thread.lastElementChild.tabIndex = -1;
    thread.lastElementChild.focus({ preventScroll: true });
  });
}

function arrive() {
  const jump = document.querySelector("[data-live-jump]");
  if (!jump && !isUnread) return;
  if (!isAtEnd(region("thread"))) return;
  jump?.remove();
  if (isJustSeen()) noteSeen();
}

function move() {
  const wasAway = performance.now() - moved > AWAY_AFTER;
  moved = performance.now();
  if (wasAway) ask();
}

for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "scroll"])
  addEventListener(name, move, { passive: true, capture: true });
if (region("thread")) addEventListener("scroll", arrive, { passive: true, capture: true });
for (const name of ["online", "focus", "pageshow"]) addEventListener(name, ask);
document.addEventListener("visibilitychange", () => (document.hidden ? plan(pause()) : ask()));
// What this page has just sent is shown at once, and seen.
document.addEventListener("changed", ({ detail }) => {
  if (detail?.toEnd && region("thread")) toEnd(region("thread"));
  ask();
});
addEventListener("pagehide", () => {
  asking?.abort();
  clearTimeout(timer);
});
