// Shows the fields of the adapter chosen at once. What was typed for another stays in its fields.
const form = document.querySelector("[data-adapter-form]");
const choice = form.querySelector("[data-adapter-choice]");
const panel = form.querySelector("[data-adapter-panel]");
let shown = panel.dataset.adapterPanel;

function keep(uid) {
  let place = form.querySelector(`template[data-adapter="${uid}"]`);
  if (!place) {
    place = document.createElement("template");
    place.dataset.adapter = uid;
    form.append(place);
  }
  place.content.replaceChildren(...panel.childNodes);
}

function show(uid) {
  keep(shown);
  panel.replaceChildren(...form.querySelector(`template[data-adapter="${uid}"]`).content.childNodes);
  for (const carried of form.querySelectorAll("[data-carried]")) carried.remove();
  shown = uid;
  form.dispatchEvent(new CustomEvent("fieldschanged"));
}

form.querySelector("[data-show-fields]").hidden = true;
// After a reload the browser may put back an earlier choice.
if (choice.value !== shown) show(choice.value);
choice.addEventListener("change", () => show(choice.value));
