// Says how long a text is while it is typed. The server counts, as it does without JavaScript.
const PAUSE = 350;

for (const form of document.querySelectorAll("[data-draft]")) {
  const output = form.querySelector("[data-length]");
  const { text, phone } = form.elements;
  // Where it does no more than to count; on the page for writing it tells the price too.
  form.querySelector("[data-count]")?.remove();
  let timer;
  let asked = 0;

  async function count() {
    const turn = ++asked;
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      phone: phone ? phone.value : output.dataset.phone,
      text: text.value,
    });
    const { as_written: literal } = form.elements;
    if (literal && !literal.checked) body.set("fields", "1");
    try {
      const answer = await fetch(output.dataset.length, { method: "POST", body, redirect: "error" });
      if (!answer.ok) return;
      const { words } = await answer.json();
      if (turn === asked) output.textContent = words; // an older answer may come later
    } catch {
      // no network: the length is said again with the next key, and the server checks it anyway
    }
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(count, PAUSE);
  });
  phone?.addEventListener("change", count); // what a provider adds to a text counts too
  form.elements.as_written?.addEventListener("change", count);
  // After a reload the browser may put back what was typed.
  if (text.value !== text.defaultValue) count();
}
