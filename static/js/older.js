// A thread opens at what is new or at its end; older messages are put above those that are shown, in
// place of a page of their own.
import { keepPlace } from "./place.js";

const [coming] = performance.getEntriesByType("navigation");
const isWhole = !/[?&](at|before|after)=/.test(location.search);
// A link that names a place leads there; after a reload the browser goes back to where one was.
if (isWhole && !location.hash && coming?.type === "navigate")
  (document.getElementById("new") ?? document.getElementById("newest"))?.scrollIntoView();

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-older]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") load(link);
});

async function load(link) {
  link.setAttribute("aria-busy", "true");
  const page = await fetched(link.href);
  const list = document.querySelector("[data-part=thread]");
  const older = page?.querySelector("[data-part=thread]");
  if (!older) return location.assign(link.href); // it says what is wrong
  keepPlace(list, () => {
    putAbove(list, [...older.children]);
    lead(link, page.querySelector("a[data-older]"));
  });
  if (link.isConnected) return;
  list.firstElementChild.tabIndex = -1;
  list.firstElementChild.focus({ preventScroll: true });
}

async function fetched(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // no network: the browser's own page says so
  }
}

// A day that goes on has its name once, above all of it.
function putAbove(list, items) {
  for (const item of items) document.getElementById(item.id)?.remove();
  list.prepend(...items);
}

function lead(link, next) {
  link.removeAttribute("aria-busy");
  if (next) link.setAttribute("href", next.getAttribute("href"));
  else link.remove();
}
