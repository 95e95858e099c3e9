// Closes an open menu (<details data-menu>) with Escape, by a click or the focus elsewhere, and when
// another one opens. Opening is the browser's own.
const open = () => document.querySelectorAll("details[data-menu][open]");

function closeOthers(target) {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
}

document.addEventListener("click", ({ target }) => closeOthers(target));
document.addEventListener("focusin", ({ target }) => closeOthers(target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
