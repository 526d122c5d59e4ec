// The service worker, served as /sw.js with KEPT in front of it (clinic/worker.py says what is in it).
//
// It keeps the offline page, Help now as a stranger sees it, the manifest, and the style and script these need. No page of
// anybody's and no answer ever goes in. A new release is a new script with a new version: it takes over at once and throws the
// old version's things away. Everything else goes to the network as if this were not here.

const PLACE = `between-${KEPT.version}`, DAY = 24 * 3600 * 1000;
const PAGES = [KEPT.shell, KEPT.help, KEPT.manifest];
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const fresh = (path) => new Request(path, { cache: "reload", credentials: "same-origin", headers: { "X-Requested-With": "autosave" } });

// Pages are asked for anew and kept only when they are what was asked for: not a sign-in page, not an error.
async function keep(paths) {
  const place = await caches.open(PLACE);
  await Promise.all(paths.map(async (path) => {
    const answer = await fetch(fresh(path));
    if (!answer.ok || answer.redirected) throw new Error(path);
    await place.put(path, answer);
  }));
}

// Once a day, in the language and country of whoever is signed in: so not from the pages of signing in.
async function renew() {
  const old = await caches.match(KEPT.help);
  if (!old || Date.now() - Date.parse(old.headers.get("Date") ?? 0) > DAY) await keep(PAGES);
}

async function sweep() {
  for (const name of await caches.keys()) if (name !== PLACE) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function visit(event, path) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (answer.ok && !path.startsWith(KEPT.strangers)) event.waitUntil(renew().catch(() => {}));
    return answer;
  } catch {
    return (await caches.match(path === KEPT.help.split("?")[0] ? KEPT.help : KEPT.shell)) ?? Response.error();
  }
}

async function file(event, path) {
  const kept = await caches.match(path);
  if (kept && HASHED.test(path)) return kept;
  return fetch(event.request).catch(() => kept ?? Response.error());
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep([...KEPT.files, ...PAGES]));
});
self.addEventListener("activate", (event) => event.waitUntil(sweep()));
self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(event, pathname));
  else if (KEPT.files.includes(pathname)) event.respondWith(file(event, pathname));
});

// A push message says one thing, whatever it holds; the name is the one on the home screen. "Turn off" needs no sign-in: the
// browser gives its subscription up, and the push service tells the program so at the next message.
async function show() {
  const about = await (await caches.match(KEPT.manifest))?.json().catch(() => null);
  const words = KEPT.words[about?.lang] ?? KEPT.words.en;
  const actions = [{ action: "off", title: words.off }];
  await self.registration.showNotification(about?.name ?? "Notes", { body: words.says, tag: "note", icon: about?.icons?.[0]?.src, actions });
}

async function off() {
  await (await self.registration.pushManager.getSubscription())?.unsubscribe();
}

async function open() {
  const all = await self.clients.matchAll({ type: "window" });
  return all.length ? all[0].focus() : self.clients.openWindow("/");
}

self.addEventListener("push", (event) => event.waitUntil(show()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(event.action === "off" ? off() : open());
});
