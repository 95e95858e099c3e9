// The key "/" leads to the search: to its field where the page shows one, else to its page.
const TYPING = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const field = document.querySelector("[data-search-field]");
  if (!field?.offsetParent) return location.assign(document.querySelector("link[rel=search]").href);
  field.focus();
  field.select();
});
