// Tells of something new while no page is looked at, where the device is not told by push anyway.
const KEY = "raspisms-notices";

// Whether this device is to be told; chosen on the page of notices.
export const isWanted = () => localStorage.getItem(KEY) === "on";
export const want = (on) => (on ? localStorage.setItem(KEY, "on") : localStorage.removeItem(KEY));

// A newer notice with the same `tag` takes the place of the older one; `url` is where it leads.
export async function notify(title, { url, tag, body = "" }) {
  if (!document.hidden || !isSecureContext || !navigator.serviceWorker || !isWanted()) return;
  if (globalThis.Notification?.permission !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration || (await registration.pushManager?.getSubscription())) return;
  const icon = document.querySelector("link[rel=apple-touch-icon]")?.href;
  await registration.showNotification(title, { body, tag, icon, data: { url: new URL(url, location).href } });
}
