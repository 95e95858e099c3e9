// Makes the fields that a text can have into buttons, which put them where the cursor is.
for (const list of document.querySelectorAll("[data-fields]")) {
  const text = list.closest("form").elements.text;
  for (const code of list.querySelectorAll("code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.append(code.textContent);
    button.addEventListener("click", () => {
      text.setRangeText(button.textContent, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceWith(button);
  }
}
