// The builder's comfort: after each save the phone beside the form shows the draft anew, and the checks follow.
// Everything is there without it: the buttons of the form save and load the page again.

const form = document.querySelector("form[data-builder]");
const phone = form?.querySelector("[data-preview]");
const size = form?.querySelector("[data-preview-size]");
const list = form?.querySelector("[data-checks]");
const marks = { true: list?.querySelector(".tag--good svg"), false: list?.querySelector(".tag--care svg") };

function show() {
  const address = new URL(phone.src);
  address.searchParams.set("size", size.value);
  const top = phone.contentWindow?.scrollY ?? 0;
  phone.addEventListener("load", () => phone.contentWindow.scrollTo(0, top), { once: true });
  phone.contentWindow.location.replace(address);
}

function tell(checks) {
  list.replaceChildren(...checks.map(({ holds, says }) => {
    const item = document.createElement("li");
    item.className = `tag ${holds ? "tag--good" : "tag--care"}`;
    const mark = marks[holds]?.cloneNode(true);
    if (mark) item.append(mark);
    item.append(says);
    return item;
  }));
}

size?.addEventListener("change", show);
form?.addEventListener("between:saved", (event) => {
  show();
  if (event.detail.checks) tell(event.detail.checks);
});

// The title of a card follows what is typed into its question.
form?.addEventListener("input", (event) => {
  const found = /^fields\.\d+\.label$/.test(event.target.name ?? "") && event.target.closest(".card")?.querySelector("summary .ask");
  if (found && event.target.value) found.textContent = event.target.value;
});

// Back at the question whose button was pressed.
const opened = location.hash.startsWith("#q-") && document.getElementById(location.hash.slice(1));
if (opened) opened.querySelector(".field input, .field textarea")?.focus();
