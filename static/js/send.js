// Sends a form without leaving the page: what one goes on typing stays, and what was typed goes away
// only once the server says that it is stored. Whatever is not foreseen here is done by the browser,
// as without this script; the server takes the same form twice for one.
import { patch } from "./patch.js";

const PATIENCE = 20_000;

// Before once.js, which leaves to us what we take.
document.addEventListener("submit", take, { capture: true });

function take(event) {
  const { target: form, submitter } = event;
  const isOurs = form.matches("[data-send], [data-part] form") && form.method === "post";
  if (!isOurs || submitter?.name || event.defaultPrevented) return;
  event.preventDefault();
  if (!form.dataset.sent) send(form, submitter);
}

async function send(form, submitter) {
  const address = form.getAttribute("action");
  const body = new URLSearchParams(new FormData(form));
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
  form.querySelector("[data-unsure]")?.remove();
  const answer = await answered(address, body);
  delete form.dataset.sent;
  submitter?.removeAttribute("aria-busy");
  if (!answer) tellUnsure(form);
  else if (answer.stored) settle(form, body, answer.stored);
  else if (!showProblems(form, answer.page)) HTMLFormElement.prototype.submit.call(form);
}

async function answered(address, body) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const headers = { "RaspiSMS-Page": location.pathname };
    const answer = await fetch(address, { method: "POST", body, headers, signal: giveUp.signal });
    if (answer.headers.get("Content-Type") === "application/json")
      return { stored: await answer.json() };
    return { page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch {
    return null; // the network failed, or the answer did not come
  } finally {
    clearTimeout(timer);
  }
}

function tellUnsure(form) {
  const words = document.querySelector("template[data-live-word=unsure]");
  form.append(words.content.cloneNode(true));
}

function settle(form, sent, { location: elsewhere, told, request }) {
  if (elsewhere) return location.assign(elsewhere);
  if (form.elements.request) form.elements.request.value = request;
  for (const field of form.querySelectorAll("textarea, input[type=datetime-local]")) empty(field, sent);
  for (const used of form.querySelectorAll("details[open]")) used.open = false;
  if (form.matches("[data-send]") && form.contains(document.activeElement))
    form.querySelector("textarea")?.focus();
  for (const detail of told) tell(detail, form.matches("[data-send]") && !sent.get("at"));
  form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  document.dispatchEvent(new CustomEvent("changed", { detail: { toEnd: form.matches("[data-send]") } }));
}

// That a message leaves at once can be seen below; it is said for who does not see it.
function tell(detail, isSeen) {
  const status = document.querySelector("[data-live-news]");
  if (isSeen && status && detail.kind === "success") status.textContent = detail.text;
  else document.dispatchEvent(new CustomEvent("toast", { detail }));
}

// What was typed since it was sent stays.
function empty(field, sent) {
  const gone = sent.get(field.name) ?? "";
  const typed = field.value.replaceAll("\n", "\r\n");
  field.defaultValue = "";
  if (typed.startsWith(gone)) field.value = typed.slice(gone.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// The form as the server shows it again, with what is wrong beside its fields.
function showProblems(form, page) {
  const address = form.getAttribute("action");
  const again = [...page.querySelectorAll("form[data-send]")].find(
    (one) => one.getAttribute("action") === address,
  );
  if (!again) return false;
  // Buttons that are there for want of JavaScript do not come back.
  for (const button of again.querySelectorAll("button[name]"))
    if (!form.elements.namedItem(button.name)) button.remove();
  patch(form, again);
  const wrong = form.querySelector("[aria-invalid=true], [role=alert]");
  wrong?.closest("details")?.setAttribute("open", "");
  wrong?.focus();
  return true;
}
