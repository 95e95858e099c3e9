// Searches while somebody types: the page is asked for its results alone, and they take the place of
// those that are shown. Without it, the form is sent.
const PAUSE = 150;

const form = document.querySelector("[data-search-form]");
const results = document.querySelector("[data-search-results]");
const told = document.querySelector("[data-search-told]");
const field = form.elements.q;
let timer;
let turn = 0;

function address() {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(filled).toString();
  return query ? `${form.action}?${query}` : form.action;
}

async function ask() {
  clearTimeout(timer);
  const [mine, asked] = [++turn, address()];
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(asked, { headers: { "RaspiSMS-Results": "1" } });
    const html = await answer.text();
    if (mine !== turn) return; // more was typed meanwhile
    if (answer.redirected) return location.assign(asked); // logged out
    show(html, asked);
  } catch {
    if (mine === turn) location.assign(asked); // the browser says what is wrong
  }
}

function show(html, asked) {
  const page = new DOMParser().parseFromString(html, "text/html");
  results.replaceChildren(...page.body.childNodes);
  results.removeAttribute("aria-busy");
  told.textContent = [...results.querySelectorAll("[data-told]")].map((one) => one.textContent).join(" ");
  history.replaceState(history.state, "", asked);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

form.addEventListener("input", (event) => {
  if (!event.isComposing) soon();
});
form.addEventListener("compositionend", soon);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
// After a reload the browser may put back what was typed since.
addEventListener("pageshow", () => {
  if (field.value !== field.defaultValue) soon();
});
