// What the browser does on every page, for clients and staff. It only adds: each page works without it.
// Nothing is stored on the device. No imports: one request. Words come from the page, so that they can be translated.

const root = document.documentElement;
const every = (selector, act) => document.querySelectorAll(selector).forEach(act);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`between:${name}`, { detail }));
const unsent = () => document.querySelector("[data-unsaved]");

// Leave quickly (F36): the page is gone at once, takes no place in the history, and the server ends the sign-in.
const way_out = document.querySelector("form[data-leave]");

function leave() {
  root.hidden = true;
  const words = [];
  tell("leave", words); // autosave sends its last words and asks nothing; signing out waits a moment, not to overtake them
  Promise.race([Promise.allSettled(words), new Promise((late) => setTimeout(late, 800))]).then(() => {
    const sent = { method: "POST", body: new FormData(way_out), keepalive: true, redirect: "manual" };
    fetch(way_out.action, sent).catch(() => {});
    location.replace(way_out.dataset.leave || "about:blank");
  });
}

if (way_out) {
  way_out.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  const enough = { Shift: 3, Escape: 2 };
  let key = "", times = 0, when = 0;
  addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing) return;
    times = event.key === key && event.timeStamp - when < 2000 ? times + 1 : 1;
    key = event.key;
    when = event.timeStamp;
    if (times === enough[key]) leave();
  });
}

// A page taken out of the browser's memory may belong to somebody who has signed out since: ask the server again.
addEventListener("pageshow", (event) => {
  if (event.persisted && (root.hidden || !unsent())) location.reload();
});

// After a pause the page is hidden. Only a key or the pointer counts as being here; saving and waiting do not.
const cover = document.getElementById("cover");
const pause = Number(document.body.dataset.idleMinutes) * 60000;

if (cover && pause) {
  const link = cover.querySelector("[data-again]");
  const here = document.body.dataset.here;
  let seen = Date.now(), told = seen, before = null;
  const away = () => Date.now() - seen;
  const look = () => {
    if (!cover.hidden || away() < pause) return;
    tell("pause"); // autosave saves what is there
    before = document.activeElement;
    cover.hidden = false;
    root.classList.add("covered");
    link.focus();
    if (cover.dataset.lock) import(cover.dataset.lock).then((lock) => lock.ask(cover)).catch(() => {});
  };
  for (const sign of ["keydown", "pointerdown", "pointermove"]) {
    addEventListener(sign, () => {
      if (!cover.hidden || away() > pause) return;
      seen = Date.now();
      if (here && seen - told > 61000) { // the server cannot see somebody read or write: tell it, now and then
        told = seen;
        fetch(here).catch(() => {});
      }
    }, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 5000);
  link.addEventListener("click", () => {
    const over = away() > Number(link.dataset.minutes) * 60000;
    link.href = `${over ? link.dataset.signIn : link.dataset.again}?next=${encodeURIComponent(location.pathname)}`;
    link.target = unsent() ? "_blank" : ""; // words that could not be saved stay on this page
  });
  document.addEventListener("between:back", () => { // signed in again in another tab, and the words have been saved
    cover.hidden = true;
    root.classList.remove("covered");
    seen = Date.now();
    before?.focus();
  });
}

// A form that came back: go to the first thing to look at.
document.querySelector("[aria-invalid=true], [data-invalid] input")?.focus();

// A strength from 0 to 100: the number is the answer, the slider is a way to set it. Untouched is no answer.
every("[data-slide]", (slide) => {
  const number = slide.querySelector("[type=number]");
  const range = slide.querySelector("[type=range]");
  const follow = () => {
    range.classList.toggle("unset", number.value === "");
    range.value = number.value === "" ? range.max / 2 : number.value;
  };
  follow();
  range.hidden = false;
  number.addEventListener("input", follow);
  range.addEventListener("input", () => {
    number.value = range.value;
    range.classList.remove("unset");
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// Open questions that land in the composer, and printing.
every("[data-print], [data-printing]", (part) => { part.hidden = false; });
document.addEventListener("click", (event) => {
  event.target.closest("[data-not-now]")?.closest("details").removeAttribute("open");
  const button = event.target.closest("[data-say], [data-print]");
  if (!button) return;
  if (button.hasAttribute("data-print")) return print();
  const box = document.getElementById(button.getAttribute("aria-controls")) ?? button.form?.querySelector("textarea");
  if (!box) return;
  box.value = `${box.value.trim()} ${button.dataset.say}`.trim();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
