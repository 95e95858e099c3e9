// Keeps the draft of a campaign on the server while one types. Its button "save" does the same.
const PAUSE = 3_000;
const MOST = 300_000; // a longer form is not sent again and again: its button keeps it
const PATIENCE = 10_000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const told = form.querySelector("[data-kept]");
  let kept = content();
  let timer;
  let keeping = false;
  let send; // what waits until that is kept
  let isOver = Boolean(document.querySelector("[role=alert]"));

  function content() {
    const data = new FormData(form);
    for (const name of ["csv", "version", "saved", "drop_csv"]) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  async function keep() {
    const now = content();
    if (isOver || keeping || form.dataset.sent || now === kept || now.length > MOST) return;
    keeping = true;
    const body = new FormData(form);
    body.delete("csv");
    body.delete("drop_csv");
    body.set("quiet_save", "1");
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body, redirect: "error", signal: AbortSignal.timeout(PATIENCE),
      });
      const said = await answer.json();
      told.textContent = said.told;
      if (answer.ok) {
        kept = now;
        form.elements.version.value = said.version;
        form.setAttribute("action", said.address);
        history.replaceState(history.state, "", said.address);
      } else {
        isOver = true; // somebody else saved it: the button says what to do
      }
    } catch {
      // no network, or no login: what is typed stays here, and is tried again with the next key
    }
    keeping = false;
    if (send) send();
    else if (!isOver && content() !== now) later();
    send = undefined;
  }

  // Sent now, the form would name a version that its own last keeping has just made an older one.
  form.addEventListener("submit", (event) => {
    if (!keeping) return;
    event.preventDefault();
    send = () => form.requestSubmit(event.submitter);
  });

  form.addEventListener("input", later);
  // Only the fields that belong to what is chosen.
  const choose = () => {
    const chosen = form.querySelector("[name=when]:checked")?.value;
    for (const part of form.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== chosen;
      part.open ||= !part.hidden;
    }
  };
  form.addEventListener("change", ({ target }) => {
    later();
    if (target.name === "when") choose();
  });
  choose();
}
