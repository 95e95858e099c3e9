// Makes the copy buttons work; without JavaScript they are hidden and the text can be selected.
// A button names its field in data-copy; what happened is told in the element FIELD-told.
const TOLD_FOR = 4000;

// navigator.clipboard exists only on https and localhost; plain http selects and copies.
async function copy(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
  field.select();
  if (!document.execCommand("copy")) throw new Error("the browser does not copy");
}

function prepare(button) {
  button.hidden = false;
  const field = document.getElementById(button.dataset.copy);
  const told = document.getElementById(`${button.dataset.copy}-told`);
  button.addEventListener("click", async () => {
    try {
      await copy(field);
      told.textContent = button.dataset.copied;
      setTimeout(() => (told.textContent = ""), TOLD_FOR);
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
