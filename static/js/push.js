// Turns notices on and off on this device. What can be said stands in the page; this shows it.
import { want } from "./notify.js";
import { register } from "./pwa.js";

const place = document.querySelector("[data-this-device]");
const form = place.querySelector("form");

function show(state) {
  for (const part of place.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
}

// What the list of devices calls the one with that address.
async function idOf(endpoint) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const digits = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `device-${digits.join("").slice(0, 16)}`;
}

async function look() {
  if (!isSecureContext) return show("insecure");
  // Only Safari on iPhone and iPad has this mark, and there only installed pages have push.
  if (navigator.standalone === false) return show("install");
  const registration = await register();
  if (!registration?.pushManager || !("Notification" in window)) return show("unsupported");
  if (Notification.permission === "denied") return show("denied");
  const subscription = await registration.pushManager.getSubscription();
  const item = subscription && document.getElementById(await idOf(subscription.endpoint));
  if (!item) return show("off");
  item.querySelector("[data-is-this]").hidden = false;
  item.querySelector("[data-remove]").addEventListener("submit", () => {
    want(false);
    subscription.unsubscribe();
  });
  show("on");
}

async function turnOn() {
  const answer = await Notification.requestPermission();
  if (answer !== "granted") return show(answer === "denied" ? answer : "off");
  want(true);
  const { pushManager } = await navigator.serviceWorker.ready;
  const { key } = await (await fetch(form.dataset.key)).json();
  await (await pushManager.getSubscription())?.unsubscribe(); // it may be for an older key
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  for (const [name, value] of Object.entries({ endpoint, ...keys })) form.elements[name].value = value;
  form.submit();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show("asking");
  try {
    await turnOn();
  } catch {
    show("failed"); // no network, or no push service
  }
});

look();
