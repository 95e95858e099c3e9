// Copies the text of a message. The entry of its menu is hidden where there is no JavaScript, and shown
// when the menu opens: messages come and go while the page is open.
document.addEventListener(
  "toggle",
  ({ target }) => {
    for (const entry of target.querySelectorAll("[data-copy-text]")) entry.hidden = false;
  },
  { capture: true },
);

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy-text] button");
  if (!button) return;
  await copy(button.closest(".bubble").querySelector(".written"));
  button.closest("details").open = false;
  const detail = { kind: "success", text: button.dataset.copied };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
});

// navigator.clipboard exists only on https and localhost; plain http selects and copies.
async function copy(written) {
  if (navigator.clipboard) return navigator.clipboard.writeText(written.textContent);
  getSelection().selectAllChildren(written);
  if (!document.execCommand("copy")) throw new Error("the browser does not copy");
  getSelection().removeAllRanges();
}
