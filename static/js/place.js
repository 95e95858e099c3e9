// Where one reads in a thread: kept while it changes, or followed to the end.
const NEAR = 120; // pixels

function scrollerOf(list) {
  for (let box = list.parentElement; box && box !== document.body; box = box.parentElement)
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  return document.scrollingElement;
}

export function isAtEnd(list) {
  const box = scrollerOf(list);
  return box.scrollHeight - box.clientHeight - box.scrollTop < NEAR;
}

export function toEnd(list) {
  const box = scrollerOf(list);
  box.scrollTo({ top: box.scrollHeight });
}

// Does ``change`` so that what is read stays where it is on the screen.
export function keepPlace(list, change) {
  const box = scrollerOf(list);
  const top = box === document.scrollingElement ? 0 : box.getBoundingClientRect().top;
  const seen = [...list.children].filter((item) => item.getBoundingClientRect().bottom > top);
  const before = new Map(seen.map((item) => [item, item.getBoundingClientRect().top]));
  list.style.overflowAnchor = "none"; // one hand only: ours, which every browser has
  change();
  const stayed = seen.find((item) => item.isConnected);
  if (stayed) box.scrollTop += stayed.getBoundingClientRect().top - before.get(stayed);
}
