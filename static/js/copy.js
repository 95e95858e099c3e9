// Makes the copy buttons work; without JavaScript they are hidden and the text can be selected.
// navigator.clipboard exists only on https and localhost, so plain http selects and copies.
async function copy(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
  field.select();
  if (!document.execCommand("copy")) throw new Error("the browser does not copy");
}

function prepare(button) {
  button.hidden = false;
  const label = button.querySelector("[role=status]");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await copy(field);
      label.textContent = button.dataset.copied;
      setTimeout(() => (label.textContent = before), 3000);
    } catch {
      field.select(); // ready for the person's own Ctrl+C
    }
  });
}

function prepareAll() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) prepare(button);
}

prepareAll();
document.addEventListener("fieldschanged", prepareAll, { capture: true });
