// Lets RaspiSMS be installed like an app. Browsers allow it over https and on this machine only.
import { isKnown, isWanted, want } from "./notify.js";

const address = (path) => new URL(`../../${path}`, import.meta.url).pathname;

// Nothing where the browser has no service workers, or refuses this one.
export async function register() {
  if (!isSecureContext || !navigator.serviceWorker) return null;
  try {
    return await navigator.serviceWorker.register(address("service-worker.js"));
  } catch {
    return null; // as in private windows: the pages work without it
  }
}

// Notices end with the login in which they were turned on; who logs in again has them again.
async function tellAgain(registration) {
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) return;
  const { csrf_token } = await (await fetch(address("settings/notices/key"))).json();
  const { endpoint, keys } = subscription.toJSON();
  const body = new URLSearchParams({ csrf_token, endpoint, ...keys, replaces: endpoint });
  const answer = await fetch(address("settings/notices/devices"), { method: "POST", body, redirect: "manual" });
  if (answer.type === "opaqueredirect") want(true);
}

const registration = await register();
// What is on the page need not be told any more.
const id = location.pathname.match(/\/conversations\/(\d+)$/)?.[1];
const told = await registration?.getNotifications?.({ tag: `conversation-${id}` });
for (const notice of told ?? []) notice.close();
if (isWanted() && !isKnown()) await tellAgain(registration);
