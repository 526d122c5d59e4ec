// Sends what earlier pages left sealed on this device; offline.js fetches this where something of this person's waits.

const SLOW = 15000;

// One by one; a page that is still open sends its own, unless it is being closed just now. Answers whether to try again later.
export async function send_all(records, tools) {
  let later = false;
  for (const record of records) {
    if (navigator.locks) {
      await navigator.locks.request(`${tools.NAME} ${record.id}`, { ifAvailable: true }, async (free) => {
        later = !free || (await send(record, tools)) || later;
      });
    } else if (Date.now() - record.at < SLOW) later = true; // its page may be open still
    else later = (await send(record, tools)) || later;
  }
  return later;
}

// Answers whether to try again later. What the server has is removed here, and only then.
async function send(record, { me, stored, sealed, unsealed }) {
  const content = await unsealed(record, me).catch(() => null);
  if (!content) return false;
  const body = new URLSearchParams(content.body);
  body.set("csrfmiddlewaretoken", me.token);
  let answer, said = {};
  try {
    answer = await fetch(content.url, {
      method: "POST", body, headers: { "X-Requested-With": "autosave", Accept: "application/json" }, signal: AbortSignal.timeout?.(SLOW),
    });
    if (record.kind === "draft") said = await answer.json().catch(() => ({}));
  } catch {
    return true;
  }
  const { status } = answer;
  if (status === 429 || status >= 500) return true;
  if (status === 401 || status === 403 || status === 404) return false; // signed out meanwhile, or not here any more: it waits
  const there = record.kind === "share"
    ? answer.ok && answer.redirected
    : answer.ok || said.kept || typeof said.rev === "number";
  if (there) {
    await stored("readwrite", (place) => place.delete(record.id));
    document.dispatchEvent(new CustomEvent("between:sent", { detail: { entry: record.entry, kind: record.kind, url: answer.url } }));
    const form = document.querySelector(`form[data-entry="${record.entry}"]`);
    if (form && record.kind === "draft" && !form.hasAttribute("data-unsaved")) location.reload(); // it shows what was before
    return false;
  }
  if (record.kind === "share") { // something was written meanwhile: they look at it once more; what they said is filled in
    const again = await sealed({ id: record.id, entry: record.entry, rev: record.rev, kind: "look" }, content);
    await stored("readwrite", (place) => place.put(again));
  }
  tell(record, content, said.message, () => stored("readwrite", (place) => place.delete(record.id)));
  return false;
}

// What could not be taken any more (the note has been shared elsewhere) is shown, so that it can be copied.
function tell(record, content, message, drop) {
  const form = document.getElementById("waiting");
  if (!form || document.querySelector(`[data-told="${record.id}"]`)) return;
  const note = form.content.firstElementChild.cloneNode(true);
  const find = (name) => note.querySelector(`[data-${name}]`);
  note.dataset.told = record.id;
  if (message) find("why").textContent = message;
  find("look").hidden = record.kind !== "share";
  find("look").href = content.url;
  find("words").hidden = record.kind === "share";
  for (const [name, value] of new URLSearchParams(content.body)) {
    if (["csrfmiddlewaretoken", "rev", "sheet", "submission_key", "private"].includes(name) || !value.trim()) continue;
    const line = document.createElement("p");
    line.textContent = value;
    find("list").append(line);
  }
  find("drop").addEventListener("click", async () => {
    await drop().catch(() => {});
    note.remove();
  });
  document.getElementById("main").prepend(note);
}
