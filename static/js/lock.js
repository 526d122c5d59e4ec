// The lock on the cover (F36), fetched when the cover comes up: <div id="cover" data-lock="this file" data-lock-url="/lock/">.
//
// It tells the server that nobody is here. If the screen is locked then, the PIN is asked for on this very page, so that
// nothing that was typed has to leave it. Without this file the cover's link leads to a page that asks for the same.

const HEADERS = { "X-Requested-With": "autosave", Accept: "application/json" };
let watched = false, locked = false;

function post(url, fields = {}) {
  return fetch(url, { method: "POST", headers: HEADERS, body: new URLSearchParams(fields), redirect: "manual" });
}

export async function ask(cover) {
  if (!watched) addEventListener("focus", () => { if (!cover.hidden && locked) ask(cover).catch(() => {}); });
  watched = true;
  const answer = await post(cover.dataset.lockUrl);
  if (!answer.ok) return;
  const said = await answer.json();
  if (locked && !said.locked) return open(cover); // opened in another tab
  locked = said.locked;
  if (locked && !cover.querySelector("form")) show(cover, said);
}

function open(cover) {
  locked = false;
  cover.querySelector("form")?.remove();
  document.dispatchEvent(new Event("between:back")); // client.js takes the cover away
  dispatchEvent(new Event("online")); // words that were refused meanwhile go now
}

function make(tag, looks, ...inside) {
  const node = Object.assign(document.createElement(tag), looks);
  node.append(...inside);
  return node;
}

function show(cover, said) {
  const link = cover.querySelector("[data-again]");
  const input = make("input", { type: "password", inputMode: "numeric", autocomplete: "off", maxLength: 8, id: "cover-pin", className: "input input--code" });
  const problem = make("p", { className: "error", id: "cover-problem" });
  problem.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", problem.id);
  const label = make("label", { htmlFor: input.id, className: "label" }, said.label);
  const field = make("div", { className: "field" }, label, input, problem);
  const form = make("form", { className: "stack stack--s" }, field, make("button", { className: "btn btn--main" }, said.button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post(said.url, { pin: input.value, csrfmiddlewaretoken: said.token }).catch(() => null);
    if (answer?.status === 204) return open(cover);
    const words = await answer?.json().catch(() => null);
    problem.textContent = words?.message ?? "";
    input.value = "";
    if (answer?.status !== 401) return input.focus();
    locked = false; // the fifth wrong one: the sign-in has ended, the link leads to a new one
    form.replaceChildren(problem);
    link.dataset.again = link.dataset.signIn;
    link.className = "btn btn--main";
    link.focus();
  });
  link.closest("p").before(form);
  link.className = "btn";
  input.focus();
}
