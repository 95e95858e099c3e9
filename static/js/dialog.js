// Opens the <dialog> that a link or button names in data-dialog, in place of the page that the link
// leads to. Escape and the return of the focus are the browser's own.
document.addEventListener("click", (event) => {
  const { target } = event;
  const opener = target.closest("[data-dialog]");
  if (opener) openFor(opener, event);
  else if (target.closest("[data-close]")) target.closest("dialog")?.close();
  else if (target.matches("dialog") && isBeside(target, event)) target.close();
});

function openFor(opener, event) {
  const dialog = document.getElementById(opener.dataset.dialog);
  const asksForTab = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!dialog?.showModal || dialog.open || asksForTab) return;
  event.preventDefault();
  dialog.showModal();
}

// The backdrop belongs to the dialog. A key that presses a button gives no place, and is not beside.
function isBeside(dialog, { clientX: x, clientY: y, detail }) {
  const box = dialog.getBoundingClientRect();
  return detail > 0 && (x < box.left || x > box.right || y < box.top || y > box.bottom);
}
