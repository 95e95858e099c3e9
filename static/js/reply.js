// The form to answer with: Ctrl+Enter or Cmd+Enter sends, and what is typed is kept on the server while
// one types, so that it is there again on any device. What another page kept is never shown over it.
const PAUSE = 1_000;

for (const form of document.querySelectorAll("form[data-keep]")) {
  const text = form.elements.text;
  const isRefused = form.querySelector("[role=alert], .error");
  let kept = isRefused ? null : text.defaultValue; // null: what the server has is not known
  let keeping = false;
  let timer;

  form.querySelector("[data-keep-draft]")?.remove();

  function isKept() {
    return text.value === kept || Boolean(form.dataset.sent); // what is being sent is no draft
  }

  async function store(isLeaving) {
    const token = form.elements.csrf_token.value;
    const body = new URLSearchParams({ csrf_token: token, text: text.value, quiet: "1" });
    kept = text.value;
    try {
      const how = { method: "POST", body, redirect: "error", keepalive: isLeaving };
      if (!(await fetch(form.dataset.keep, how)).ok) kept = null;
    } catch {
      kept = null; // no network: it is tried again with the next key, or when the field is left
    }
  }

  // One after the other, so that an older text never comes in last.
  async function keep() {
    clearTimeout(timer);
    if (keeping || isKept()) return;
    keeping = true;
    await store(false);
    keeping = false;
    if (kept !== null && !isKept()) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  text.addEventListener("input", later);
  text.addEventListener("blur", keep);
  addEventListener("pagehide", () => isKept() || store(true));
  form.addEventListener("sent", () => {
    kept = "";
    clearTimeout(timer);
    if (!isKept()) later();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
