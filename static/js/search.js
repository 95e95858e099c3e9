// Searches while somebody types: the page is asked for its results alone, and they take the place of
// those that are shown. Without it, the form is sent.
const PAUSE = 150;

const form = document.querySelector("[data-search-form]");
const results = document.querySelector("[data-search-results]");
const told = document.querySelector("[data-search-told]");
const field = form.elements.q;
let timer;
let asking;

function address() {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(filled);
  return query.size ? `${form.action}?${query}` : form.action;
}

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  const mine = (asking = new AbortController());
  const asked = address();
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(asked, { headers: { "RaspiSMS-Results": "1" }, signal: mine.signal });
    if (answer.redirected) return location.assign(asked); // logged out
    const html = await answer.text();
    if (mine === asking) show(html, asked);
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(asked); // the browser says what is wrong
  }
}

function show(html, asked) {
  const page = new DOMParser().parseFromString(html, "text/html");
  results.replaceChildren(...page.body.childNodes);
  results.removeAttribute("aria-busy");
  told.textContent = results.querySelector("[data-told]")?.textContent ?? "";
  history.replaceState(history.state, "", asked);
}

form.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(ask, PAUSE);
});
field.addEventListener("compositionend", () => (timer = setTimeout(ask, PAUSE)));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
// After a reload the browser may put back what was typed since.
addEventListener("pageshow", () => {
  if (field.value !== field.defaultValue && field.value !== new URLSearchParams(location.search).get("q")) ask();
});
