// Shows what arrives without a reload. What is being typed or pointed at is left alone.
const PAUSE = 2000;

const busy = (element) =>
  element.contains(document.activeElement) ||
  [...element.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);

function replace(old, fresh) {
  if (!old.isEqualNode(fresh)) {
    old.replaceWith(document.importNode(fresh, true));
  }
}

function refreshPhone(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) {
    document.getElementById("phones").prepend(document.importNode(fresh, true));
  } else if (busy(old)) {
    replace(old.querySelector(".thread"), fresh.querySelector(".thread"));
  } else {
    replace(old, fresh);
  }
}

function refresh(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (old && !busy(old)) {
      replace(old, fresh);
    }
  }
  // The latest comes first, so the last to be prepended is the latest.
  [...page.querySelectorAll("article")].reverse().forEach(refreshPhone);
}

async function look() {
  if (!document.hidden) {
    try {
      const response = await fetch("/", { headers: { Accept: "text/html" } });
      refresh(new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch {
      // The simulator has been stopped; the page stays as it was until it is back.
    }
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
