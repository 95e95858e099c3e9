// Whether this device is to be told of new messages, and the telling while no page is looked at,
// where the device is not told by push anyway.
const KEY = "raspisms-notices";
// Of the member, and of the login in which the server was told.
const mark = document.querySelector("[data-login]")?.dataset.login ?? "";
const kept = () => localStorage.getItem(KEY) ?? "";

export const isWanted = () => kept() !== "" && kept().split(".")[0] === mark.split(".")[0];
export const isKnown = () => kept() === mark;
export const want = (on) => (on ? localStorage.setItem(KEY, mark) : localStorage.removeItem(KEY));

// A newer notice with the same `tag` takes the place of the older one; `url` is where it leads.
export async function notify(title, { url, tag, body = "" }) {
  if (!document.hidden || !isSecureContext || !navigator.serviceWorker || !isWanted()) return;
  if (globalThis.Notification?.permission !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration || (await registration.pushManager?.getSubscription())) return;
  const icon = document.querySelector("link[rel=apple-touch-icon]")?.href;
  await registration.showNotification(title, { body, tag, icon, data: { url: new URL(url, location).href } });
}
