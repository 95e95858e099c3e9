// A form is sent once, however often its button is pressed. The server makes sure of it too.
const PATIENCE = 10_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(forget, PATIENCE); // the network failed, or the person stopped it
});

// Coming back with the browser's button, the form can be sent again.
window.addEventListener("pageshow", forget);

function forget() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
