// Makes the fields that a text can have into buttons, which put them where the cursor is.
for (const list of document.querySelectorAll("[data-fields]")) {
  const text = list.closest("form").elements.text;
  for (const field of [...list.children]) {
    const code = field.querySelector("code").textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet written"; // a key may be long
    button.title = code;
    button.append(field.querySelector("bdi"));
    button.addEventListener("click", () => {
      text.setRangeText(code, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.replaceWith(button);
  }
}
