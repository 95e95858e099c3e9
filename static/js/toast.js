// What the last action did can be closed. Where it floats over the page, on a wide screen, it goes away
// by itself; a fault stays. Other scripts show one by the event "toast" ({kind, text}) on the document.
const STAYS_FOR = 8_000;

const place = document.querySelector("[data-toasts]");
const shape = document.querySelector("template[data-toast-shape]");

function prepare(toast, leaves) {
  const close = shape.content.querySelector("[data-toast-close]").cloneNode(true);
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (leaves && !toast.matches(".error, .warning")) leaveLater(toast);
}

// It waits while it is pointed at or has the focus.
function leaveLater(toast) {
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), STAYS_FOR));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

// What one act tells stays together; what an earlier one told makes room, so that little is covered. A
// fault stays, and is told beside the others.
const together = new Set();

function makeRoom() {
  for (const toast of place.querySelectorAll("[data-toast]:not(.error)"))
    if (!together.has(toast)) toast.remove();
}

document.addEventListener("toast", ({ detail: { kind = "success", text } }) => {
  const toast = shape.content.querySelector("[data-toast]").cloneNode(true);
  const mark = toast.querySelector("use");
  toast.classList.replace("success", kind);
  toast.setAttribute("role", kind === "error" ? "alert" : "status");
  mark.setAttribute("href", mark.getAttribute("href").replace(/#.*/, `#${place.dataset[kind]}`));
  if (kind !== "error") makeRoom();
  together.add(toast);
  setTimeout(() => together.delete(toast));
  place.append(toast);
  // Said once it stands in the page: only then do screen readers tell it.
  requestAnimationFrame(() => (toast.querySelector("[data-toast-text]").textContent = text));
  prepare(toast, true);
});

place.classList.add("floating");
const floats = getComputedStyle(place).position === "fixed";
for (const toast of place.querySelectorAll("[data-toast]")) prepare(toast, floats);
