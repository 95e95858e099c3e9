// Shows notices, and a page of its own where there is no connection. It keeps static files and that
// page: nothing anyone wrote. The server puts SETUP in front; with other files it is another worker.
const MINE = `raspisms ${registration.scope}`;
const CACHE = `${MINE} ${SETUP.version}`;

addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder());
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("Range")) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
  else if (isVersioned(new URL(request.url))) event.respondWith(kept(request));
});

// Without cookies: what everyone may see, in the language of the browser.
async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SETUP.shell.map((url) => new Request(url, { credentials: "omit" })));
}

async function forgetOlder() {
  const old = (await caches.keys()).filter((name) => name.startsWith(MINE) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function offline() {
  const page = await caches.match(SETUP.offline, { ignoreVary: true });
  return page ?? Response.error();
}

function isVersioned(url) {
  return url.origin === location.origin && url.pathname.startsWith(SETUP.static) && url.searchParams.has("v");
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  // The server says so only where the address is that of the content.
  const stays = answer.headers.get("Cache-Control")?.includes("immutable");
  if (answer.status === 200 && stays) await cache.put(request, answer.clone());
  return answer;
}

addEventListener("push", (event) => {
  event.waitUntil(show(event.data?.json() ?? {}));
});

// Each push has to show something. Where somebody looks, it does so without a sound.
async function show({ title, body, tag, lang, conversation, page }) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const path = Number.isInteger(conversation) ? `conversations/${conversation}` : page === "campaigns" ? page : "conversations";
  await registration.showNotification(title ?? "RaspiSMS", {
    body,
    tag,
    lang,
    renotify: Boolean(tag),
    silent: pages.some((page) => page.focused),
    icon: SETUP.icon,
    badge: SETUP.badge,
    data: { url: new URL(path, registration.scope).href },
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

// Other pages stay as they are: somebody may be writing there.
async function open(url) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split(/[?#]/)[0] === url);
  return there ? there.focus() : clients.openWindow(url);
}

addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event.oldSubscription, event.newSubscription));
});

async function renew(old, given) {
  const { key, csrf_token } = await (await fetch(SETUP.key)).json();
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (given ?? (await registration.pushManager.subscribe(wanted))).toJSON();
  const body = new URLSearchParams({ csrf_token, endpoint, ...keys, replaces: old?.endpoint ?? "" });
  await fetch(SETUP.devices, { method: "POST", body, redirect: "manual" });
}
