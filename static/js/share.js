// Looking back and sharing: <form data-share="entry id" data-done="...">. What is answered here waits on this device, sealed, until
// it has been shared; so does the sharing itself when there is no connection. The key of a sharing is made once and kept until
// the server has said yes: sent twice, it is shared once. Without offline.js, or where it cannot keep anything, the form goes as
// every form does. The line [data-share-line] says what is true; "shared" is said by the next page alone, which the server sends.

const HOLD = 400, AGAIN = 15000, PATIENCE = 15000;
const form = document.querySelector("form[data-share]");
const asked = { entry: form?.dataset.share, kind: "look", queue: null };
if (form) document.dispatchEvent(new CustomEvent("between:queue", { detail: asked }));
if (asked.queue) look_back(asked.queue);

function look_back(queue) {
  const line = document.querySelector("[data-share-line]");
  const stay = document.querySelector("[data-share-stay]"); // takes a sharing that waits back
  const url = form.getAttribute("action"); // also where the page itself came from a draft that had gone
  let holding = 0, touched = false, wants = false, busy = false, timer = 0, gone = false;

  function say(what) {
    line.textContent = line.dataset[what] ?? "";
    line.hidden = !line.textContent;
    stay.hidden = what !== "waits" && what !== "unkept";
  }

  function body() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    return data.toString();
  }

  const keep = (kind) => queue.keep(url, body(), Number(form.elements.rev.value) || 0, kind);

  function hold() {
    touched = true;
    if (wants) return;
    clearTimeout(holding);
    holding = setTimeout(async () => { if (!wants && (await keep("look"))) say("kept"); }, HOLD);
  }

  function fill(old) {
    const said = new URLSearchParams(old);
    for (const input of form.elements) {
      if (!input.name || input.type === "hidden" || input.type === "submit") continue;
      if (input.type === "radio" || input.type === "checkbox") input.checked = said.getAll(input.name).includes(input.value);
      else if (said.has(input.name)) input.value = said.get(input.name);
      if (input.checked || (input.value && input.type === "textarea")) input.closest("details")?.setAttribute("open", "");
    }
    form.elements.submission_key.value = said.get("submission_key") || form.elements.submission_key.value;
  }

  if (crypto.randomUUID) form.elements.submission_key.value = crypto.randomUUID();
  queue.before().then((old) => {
    if (!old || touched || wants) return;
    fill(old.body);
    say("kept");
  });

  const post = () => fetch(url, {
    method: "POST", body: new URLSearchParams(body()),
    headers: { "X-Requested-With": "autosave", Accept: "text/html" }, signal: AbortSignal.timeout?.(PATIENCE),
  });

  async function fresh_token() {
    const token = await queue.token().catch(() => "");
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) if (token) input.value = token;
    return Boolean(token);
  }

  async function share() {
    if (busy || gone) return;
    busy = true;
    clearTimeout(timer);
    clearTimeout(holding);
    const safe = await keep("share");
    say("sharing");
    try {
      let answer = await post();
      if (answer.status === 403 && (await fresh_token())) answer = await post();
      if (answer.ok && answer.redirected) return await arrive(answer.url);
      if (answer.status === 401 || answer.status === 403) say("signedOut");
      else if (answer.status === 429 || answer.status >= 500) later(safe);
      else if (await keep("look").then(() => !gone)) { // something is to be looked at: the server's page says what
        gone = true;
        form.submit();
      }
    } catch {
      later(safe);
    } finally {
      busy = false;
    }
  }

  function later(safe) {
    say(safe ? "waits" : "unkept");
    timer = setTimeout(share, AGAIN);
  }

  async function arrive(where) {
    gone = true;
    await queue.drop();
    location.assign(new URL(where).pathname === form.dataset.done ? where : form.dataset.done);
  }

  for (const moment of ["input", "change"]) form.addEventListener(moment, hold);
  for (const moment of ["online", "focus"]) addEventListener(moment, () => { if (wants) share(); });
  document.addEventListener("between:sent", (event) => {
    if (event.detail.entry === form.dataset.share && event.detail.kind === "share") location.assign(form.dataset.done);
  });
  stay.addEventListener("click", async () => {
    wants = false;
    clearTimeout(timer);
    if (await keep("look")) say("kept");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wants = true;
    share();
  });
}
