// Keeps what is being written: <form data-autosave data-save-url="..." data-rev="3" data-entry="...">.
//
// Saves 1.5 s after the last key, on leaving a field, and when the page goes away. The line [data-sync] says what is true:
// "Saved 12:03" only after the server's answer, "on this device" only once offline.js has put it there, sealed. What is neither
// lives on this page, which asks before it is closed. A conflict never overwrites: the server keeps both versions.
//
// Answers understood: 200 {rev, saved_at, state} · 409 {rev, kept, message, url} · 422 {errors: {name: [..]}} or {field, message}
// · 401 and 403: signed out (or another person): the words stay, saving goes on after the same person has signed in again.
// · 413 and other 4xx: {message} is shown · 429, 5xx and no answer: tried again, later each time.

const PAUSE = 1500, PATIENCE = 15000, FIRST_RETRY = 4000, LAST_RETRY = 60000, LARGEST_KEEPALIVE = 60000, HOLD = 400;

for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);

function keep(form) {
  const line = form.querySelector("[data-sync]") ?? document.querySelector("[data-sync]");
  const url = form.dataset.saveUrl;
  let rev = Number(form.dataset.rev) || 0;
  let written = 0, saved = 0; // how many changes there were, and up to which one the server has them
  let running = null, timer = 0, retry = FIRST_RETRY;
  let state = "", gone = false, out = false;

  const asked = { entry: form.dataset.entry, kind: "draft", queue: null };
  document.dispatchEvent(new CustomEvent("between:queue", { detail: asked }));
  const queue = asked.queue; // this device, where it can keep something sealed
  let kept = 0, holding = 0; // up to which change this device has the words

  const key = form.elements.submission_key;
  if (key && !key.value && crypto.randomUUID) key.value = crypto.randomUUID();

  const unsaved = () => written !== saved;
  const is_kept = () => kept === written;
  const stuck = () => state === "waiting" || state === "unkept";
  const ask = (event) => event.preventDefault();

  function note_unsaved() {
    form.toggleAttribute("data-unsaved", unsaved());
    if (unsaved() && !is_kept() && !gone) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  }

  // Every change is on this device within half a second, until the server has it.
  function hold(after = HOLD) {
    if (!queue || gone || (holding && after)) return;
    clearTimeout(holding);
    holding = setTimeout(async () => {
      holding = 0;
      const upto = written;
      if (!unsaved()) return;
      if (await queue.keep(url, body(0), rev)) kept = Math.max(kept, upto);
      if (stuck()) say(is_kept() ? "waiting" : "unkept");
      note_unsaved();
    }, after);
  }

  function let_go() { // the server has it
    if (unsaved()) return hold(0); // what was written meanwhile grew from the new revision
    clearTimeout(holding);
    holding = 0;
    queue?.drop();
  }

  // The line. Its text changes only when what is true changes, so that it is read out once.
  function say(now, words) {
    state = now;
    if (!line) return;
    for (const picture of line.querySelectorAll("[data-when]")) picture.hidden = !picture.dataset.when.split(" ").includes(now);
    const place = line.querySelector("[data-words]") ?? line;
    const attribute = now.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    const text = words ?? line.dataset[attribute] ?? now;
    if (place.textContent !== text) place.textContent = text;
    const link = line.parentNode.querySelector("[data-sync-link]");
    if (now !== "signed-out") link?.remove();
    else if (!link && line.dataset.signInUrl) {
      const anchor = add_link(line.dataset.signIn, `${line.dataset.signInUrl}?next=${encodeURIComponent(location.pathname)}`);
      anchor.target = "_blank";
      anchor.dataset.syncLink = "";
      line.after(anchor);
    }
  }

  function add_link(words, href) {
    const anchor = document.createElement("a");
    anchor.className = "plain small";
    anchor.href = href;
    anchor.textContent = words;
    return anchor;
  }

  // A note above the form: both versions are kept, or why this cannot be saved.
  function show_note(message, href) {
    let box = form.querySelector("[data-sync-note]");
    if (!box) {
      box = document.createElement("div");
      box.className = "note note--care";
      box.setAttribute("role", "alert");
      box.dataset.syncNote = "";
      form.prepend(box);
    }
    const text = document.createElement("p");
    text.textContent = message;
    box.replaceChildren(text);
    if (href) text.append(" ", add_link(line?.dataset.seeBoth ?? href, href));
  }

  function show_problems(errors) {
    for (const [name, messages] of Object.entries(errors)) {
      const found = form.elements[name];
      const input = found instanceof RadioNodeList ? found[0] : found;
      if (!input) continue;
      const id = `${input.id || name}_error`;
      let place = document.getElementById(id);
      if (!place) {
        place = document.createElement("div");
        place.id = id;
        (input.closest("fieldset, .field, .slide") ?? input.parentNode).append(place);
      }
      const text = document.createElement("p");
      text.className = "error";
      text.textContent = [].concat(messages).join(" ");
      place.replaceChildren(text);
      input.setAttribute("aria-invalid", "true");
      const joined = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
      input.setAttribute("aria-describedby", [...joined.add(id)].join(" "));
    }
  }

  function clear_problem(input) {
    if (input.getAttribute("aria-invalid") !== "true") return;
    input.removeAttribute("aria-invalid");
    document.getElementById(`${input.id || input.name}_error`)?.replaceChildren();
  }

  function body(extra) {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    data.set("rev", rev + extra);
    return data.toString();
  }

  function send(extra = 0) {
    const content = body(extra);
    return fetch(url, {
      method: "POST",
      body: content,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "autosave", Accept: "application/json" },
      redirect: "manual",
      keepalive: content.length < LARGEST_KEEPALIVE,
      signal: AbortSignal.timeout?.(PATIENCE),
    });
  }

  // One save at a time. Answers what became of it: saved, problem, both, signed-out, refused or waiting.
  function save() {
    clearTimeout(timer);
    running ??= attempt().finally(() => {
      running = null;
      note_unsaved();
      if (unsaved() && state === "saved") plan(PAUSE); // something was written meanwhile
    });
    return running;
  }

  async function attempt() {
    const upto = written;
    const slow = setTimeout(say, 400, "saving");
    try {
      let answer = await send();
      if (answer.status === 403 && (await fresh_token())) answer = await send();
      return await understand(answer, upto);
    } catch {
      return wait();
    } finally {
      clearTimeout(slow);
    }
  }

  async function understand(answer, upto) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      out = true;
      say("signed-out");
      return "signed-out";
    }
    if (answer.status === 429 || answer.status >= 500) return wait(Number(answer.headers.get("Retry-After")) * 1000);
    const said = await answer.json();
    if (typeof said.rev === "number") know(said.rev);
    if (answer.ok) {
      saved = upto;
      let_go();
      retry = FIRST_RETRY;
      const time = said.saved_at ?? "";
      if (said.state === "shared") say("sent");
      else say("saved", line?.dataset.saved?.replace("{time}", time));
      form.dispatchEvent(new CustomEvent("between:saved", { detail: said }));
      if (out) document.dispatchEvent(new Event("between:back"));
      out = false;
      return "saved";
    }
    if (answer.status === 409 && said.kept) {
      saved = upto;
      let_go();
      say("both");
      show_note(said.message ?? line?.dataset.both, said.url ?? location.pathname);
      return "both";
    }
    if (answer.status === 422) {
      if (typeof said.rev === "number" && upto === written) queue?.drop(); // kept as it was typed, with something to look at
      show_problems(said.errors ?? (said.field ? { [said.field]: said.message } : {}));
      say("problem");
      return "problem";
    }
    say("refused");
    if (said.message) show_note(said.message);
    return "refused";
  }

  function know(number) {
    rev = number;
    form.dataset.rev = number;
    if (form.elements.rev) form.elements.rev.value = number;
  }

  // Not there yet: try again, later each time (and at once when the network, the window or the page comes back).
  function wait(after = 0) {
    say(is_kept() ? "waiting" : "unkept");
    if (!is_kept()) hold(0);
    plan(after || retry * (0.75 + Math.random() / 2));
    retry = Math.min(retry * 2, LAST_RETRY);
    return "waiting";
  }

  function plan(after) {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  }

  // After a new sign-in this page's token is old. Ask this page for a new one; another person gets no page, so no token.
  async function fresh_token() {
    const ask_page = (where) => fetch(where, { headers: { "X-Requested-With": "autosave" }, redirect: "manual" });
    let answer = await ask_page(location.pathname + location.search);
    if (answer.status === 404 && form.dataset.workUrl) answer = await ask_page(form.dataset.workUrl); // this draft has gone (kept 30 days)
    if (!answer.ok) return false;
    const found = (await answer.text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/);
    if (!found) return false;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = found[1];
    return true;
  }

  async function come_back() {
    if (!unsaved() || running || gone) return;
    if (out && !(await fresh_token().catch(() => false))) return;
    save();
  }

  function go_away() {
    if (!unsaved() || state === "refused") return;
    if (!is_kept()) hold(0);
    if (running) return send(1).catch(() => {}); // the save under way makes the next number
    return save();
  }

  form.addEventListener("input", (event) => {
    written += 1;
    clear_problem(event.target);
    note_unsaved();
    hold();
    if (!stuck() && !out) plan(PAUSE);
  });
  for (const moment of ["change", "focusout"]) {
    form.addEventListener(moment, () => { if (unsaved() && !stuck() && !out) plan(0); });
  }
  addEventListener("online", come_back);
  addEventListener("focus", come_back);
  document.addEventListener("between:pause", () => { if (unsaved() && !out) save(); });
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? go_away() : come_back()));
  addEventListener("pagehide", () => { if (!gone) go_away(); });
  document.addEventListener("between:leave", (event) => {
    event.detail?.push(go_away());
    gone = true;
    removeEventListener("beforeunload", ask);
  });

  function say_waits() {
    show_note((is_kept() ? line?.dataset.sharingWaits : line?.dataset.beforeSending) ?? "");
    form.querySelector("[data-sync-note]").scrollIntoView({ block: "center" });
  }

  // Sending. First the words are made safe, then the form goes its usual way; without a network it stays where it is.
  form.addEventListener("submit", async (event) => {
    if (gone) return;
    if (!navigator.onLine && !unsaved()) {
      event.preventDefault();
      return say_waits();
    }
    if (!running && !unsaved()) { // nothing to save first: a form cannot be sent again while it is being sent
      gone = true;
      removeEventListener("beforeunload", ask);
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if (running) await running;
    const result = unsaved() ? await save() : "saved";
    if (result === "saved" || result === "problem") {
      gone = true;
      removeEventListener("beforeunload", ask);
      setTimeout(() => (form.requestSubmit ? form.requestSubmit(button) : (button ?? form.querySelector("button")).click()));
    } else if (result === "waiting") say_waits();
  });
}
