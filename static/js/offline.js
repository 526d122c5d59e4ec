// What is not with the server yet waits on this device, sealed (security.md 8.2), and goes out when the same person is back.
//
// A record in IndexedDB: {id, entry, rev, owner, kind, at, iv, data}. `data` is AES-GCM ciphertext; its key is handed to a
// signed-in page, cannot be taken out of the browser's memory again and is gone with the page. `owner` is a random tag: it says
// "not yours", never whose. Kinds: "draft" and "share" are sent from any page of theirs, "look" only fills its form in again.
// Another person's records are left alone and wait. Where a browser cannot do this, pages work as they do without it.
//
// Other scripts talk with it by events: "between:queue" {entry, kind} answers detail.queue; "between:clear-device" deletes all
// there is, and then says "between:device-cleared"; a record that has been sent is told as "between:sent" {entry, kind}.

const NAME = "notes", STORE = "waiting", AGAIN = 20000;
const here = document.querySelector("script[data-worker]").dataset;
const mine_here = new Set(); // records of this page: nobody else sends them while it is open
const bytes = (text) => new TextEncoder().encode(text);
const about = (record) => bytes([record.id, record.entry, record.rev, record.owner, record.kind].join(" "));

function new_id() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
}

let opened = null;

function database() {
  opened ??= new Promise((done, refuse) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onerror = () => refuse(asked.error);
    asked.onsuccess = () => {
      const found = asked.result;
      found.onclose = () => { opened = null; };
      found.onversionchange = () => { found.close(); opened = null; };
      done(found);
    };
  });
  opened.catch(() => { opened = null; });
  return opened;
}

// One transaction. It has been done when it is complete: not when it was asked for.
async function stored(mode, act) {
  const found = await database();
  return new Promise((done, refuse) => {
    const deal = found.transaction(STORE, mode, { durability: "strict" });
    const asked = act(deal.objectStore(STORE));
    deal.oncomplete = () => done(asked.result);
    deal.onabort = deal.onerror = () => refuse(deal.error);
  });
}

let handed = null, whose = "";

// The key of whoever is signed in, their tag, and a token for forms. Asked for once a page, again after an error. A page belongs
// to one person: when somebody else has signed in beside it, it keeps and sends nothing any more.
function own(anew = false) {
  const asked = (!anew && handed) || ask_for_key();
  handed ??= asked;
  asked.then(() => { handed = asked; }, () => { if (handed === asked) handed = null; }); // a key once had seals on, signed in or not
  return asked;
}

async function ask_for_key() {
  if (!here.keyUrl || !crypto.subtle) throw new Error("nobody to keep something for");
  const answer = await fetch(here.keyUrl, { headers: { "X-Requested-With": "autosave", Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) throw new Error("signed out");
  const said = await answer.json();
  if (whose && said.owner !== whose) throw new Error("signed out");
  whose = said.owner;
  const raw = Uint8Array.from(atob(said.key), (one) => one.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return { key, owner: said.owner, token: said.token };
}

async function sealed(record, content) {
  const me = await own();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const whole = { ...record, owner: me.owner, at: Date.now(), iv };
  const how = { name: "AES-GCM", iv, additionalData: about(whole) };
  return { ...whole, data: await crypto.subtle.encrypt(how, me.key, bytes(JSON.stringify(content))) };
}

async function unsealed(record, me) {
  const how = { name: "AES-GCM", iv: record.iv, additionalData: about(record) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, me.key, record.data)));
}

async function waiting(anew) {
  const all = await stored("readonly", (place) => place.getAll());
  if (!all.length) return [all, null];
  const me = await own(anew);
  return [all.filter((record) => record.owner === me.owner), me];
}

// The place of one form. keep() answers whether the words are really on the device; nothing here ever throws.
function queue_for({ entry, kind }) {
  let id = new_id(), turn = Promise.resolve();
  const claim = () => {
    if (mine_here.has(id)) return;
    mine_here.add(id);
    navigator.locks?.request(`${NAME} ${id}`, () => new Promise(() => {})).catch(() => {}); // until the page is gone
  };
  const after = (act) => (turn = turn.then(act, act).then((said) => said ?? true, () => false));
  own().catch(() => {}); // while there is a connection
  return {
    keep: (url, body, rev, now = kind) => after(async () => {
      claim();
      const record = await sealed({ id, entry, rev, kind: now }, { url, body });
      await stored("readwrite", (place) => place.put(record));
    }),
    drop: () => after(() => stored("readwrite", (place) => place.delete(id))),
    token: async () => (await own(true)).token,
    // What an earlier page left for this form; it is this page's from now on.
    before: async () => {
      const [all, me] = await waiting().catch(() => [[]]);
      const found = all.find((record) => record.entry === entry && record.kind === kind && !mine_here.has(record.id));
      if (!found) return null;
      const content = await unsealed(found, me).catch(() => null);
      if (content) id = found.id;
      return content;
    },
  };
}

// What earlier pages left is sent by resend.js, which is fetched only where something waits.
let sending = null, timer = 0;

function send_waiting() {
  clearTimeout(timer);
  sending ??= send_each().catch((error) => error.message !== "signed out").then((later) => {
    sending = null;
    if (later) timer = setTimeout(send_waiting, AGAIN);
  });
}

async function send_each() {
  const [all, me] = await waiting(true);
  const old = all.filter((record) => record.kind !== "look" && !mine_here.has(record.id));
  return old.length > 0 && (await import(here.resend)).send_all(old, { me, NAME, stored, sealed, unsealed });
}

async function clear_device() {
  const found = await database().catch(() => null);
  found?.close();
  opened = handed = null;
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  }).catch(() => {});
  for (const name of (await globalThis.caches?.keys().catch(() => [])) ?? []) await caches.delete(name).catch(() => {});
  document.dispatchEvent(new Event("between:device-cleared"));
}

if (!window.CSSLayerBlockRule) import(here.old).catch(() => {});

if (here.keyUrl) {
  document.addEventListener("between:queue", (event) => { event.detail.queue = queue_for(event.detail); });
  document.addEventListener("between:clear-device", clear_device);
  for (const moment of ["online", "focus"]) addEventListener(moment, send_waiting);
  for (const form of document.forms) { // a browser that remembers what was typed would keep it readable
    if (!form.hasAttribute("autocomplete")) form.autocomplete = "off";
  }
  send_waiting();
  // A page that is sent without a connection would be gone: it stays, and says so. Writing has its own way.
  document.addEventListener("submit", (event) => {
    const its = event.target.dataset;
    if (navigator.onLine || event.target.method !== "post" || "leave" in its || "autosave" in its || "share" in its) return;
    event.preventDefault();
    const note = document.getElementById("offline").content.firstElementChild.cloneNode(true);
    document.querySelector("[data-offline-note]")?.remove();
    event.target.prepend(note);
    note.scrollIntoView({ block: "center" });
  }, true);
}

// The offline page, Help now and what draws them are kept by a worker; it never sees what anybody writes.
if (navigator.serviceWorker) {
  const only = (url) => (url === here.worker ? url : "");
  const policy = globalThis.trustedTypes?.createPolicy("between-worker", { createScriptURL: only });
  const register = () => {
    navigator.serviceWorker.register(policy ? policy.createScriptURL(here.worker) : here.worker, { scope: "/", updateViaCache: "none" }).catch(() => {});
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", () => setTimeout(register));
}
