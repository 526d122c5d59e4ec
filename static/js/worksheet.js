// Makes a worksheet easier to fill in. It only adds: every answer can be given without it, and nothing is decided here.
// Every change it makes is told as an "input" event, so that autosave.js sees it.

const told = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

// Rows: the spare ones the server sent come first, then copies of the last.
for (const table of document.querySelectorAll("[data-rows]")) {
  const key = table.dataset.rows, most = Number(table.dataset.max);
  const add = table.querySelector("[data-add]");
  const rows = () => [...table.querySelectorAll("[data-row]")];
  const inputs = (row) => [...row.querySelectorAll("input, textarea, select")];

  function renumber() {
    rows().forEach((row, number) => {
      const is_of = (text) => text.replace(new RegExp(`(^|\\b|_)${key}-\\d+-`, "g"), `$1${key}-${number}-`);
      for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          if (element.hasAttribute(name)) element.setAttribute(name, is_of(element.getAttribute(name)));
        }
      }
      const label = row.querySelector("[data-row-label]");
      const words = (label?.textContent ?? "").replace(/\d+$/, number + 1);
      if (label) label.textContent = words;
      row.setAttribute("aria-label", words);
    });
    const full = rows().length >= most && !table.querySelector("[data-spare]");
    if (add) add.hidden = full;
  }

  function empty(row) {
    for (const input of inputs(row)) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = false;
      else input.value = "";
    }
  }

  add?.addEventListener("click", (event) => {
    event.preventDefault();
    let row = table.querySelector("[data-spare]");
    if (!row && rows().length < most) {
      row = rows().slice(-1)[0].cloneNode(true);
      empty(row);
      rows().slice(-1)[0].after(row);
    }
    row?.removeAttribute("data-spare");
    renumber();
    if (row) inputs(row)[0].focus();
  });

  table.addEventListener("click", (event) => {
    const row = event.target.closest("[data-remove]") && event.target.closest("[data-row]");
    if (!row) return;
    const shown = rows().filter((one) => !one.hasAttribute("data-spare"));
    empty(row);
    if (shown.length > 1) {
      const next = shown[shown.indexOf(row) + 1] ?? shown[shown.indexOf(row) - 1];
      rows().slice(-1)[0].after(row); // kept as a spare, so that no number is left out
      row.setAttribute("data-spare", "");
      renumber();
      inputs(next)[0].focus();
    }
    told(inputs(row)[0]);
  });
  renumber();
}

// Feelings: a slider for each one that is ticked; taking the tick away takes the strength away too.
for (const picker of document.querySelectorAll("[data-feelings]")) {
  for (const feeling of picker.querySelectorAll(".feeling")) {
    const tick = feeling.querySelector("[type=checkbox]");
    const number = feeling.querySelector("[type=number]");
    let range = null;

    const follow = () => {
      if (!range) return;
      range.classList.toggle("unset", number.value === "");
      range.value = number.value === "" ? 50 : number.value;
    };
    const show = () => {
      if (tick?.checked && !range) {
        range = document.createElement("input");
        Object.assign(range, { type: "range", min: 0, max: 100, step: 5 });
        range.setAttribute("aria-label", number.getAttribute("aria-label"));
        range.addEventListener("input", () => {
          number.value = range.value;
          range.classList.remove("unset");
        });
        feeling.append(range);
      }
      if (range) range.hidden = !tick.checked;
      follow();
    };
    tick?.addEventListener("change", () => {
      if (!tick.checked) number.value = "";
      show();
    });
    number.addEventListener("input", () => {
      if (tick && number.value !== "") tick.checked = true;
      follow();
    });
    show();
  }

  // The same feelings, rated once more: their groups open, with the earlier strength beside the word.
  const again = document.querySelector(`[data-again="${picker.dataset.feelings}"]`);
  if (!again) continue;
  const mirror = () => {
    for (const tick of picker.querySelectorAll("[type=checkbox]")) {
      const twin = again.querySelector(`[type=checkbox][value="${tick.value}"]`);
      const words = twin?.nextElementSibling;
      if (!words) continue;
      let earlier = words.querySelector("small");
      if (tick.checked) twin.closest("details").open = true;
      if (tick.checked && !earlier) {
        earlier = document.createElement("small");
        earlier.className = "faint";
        words.append(" ", earlier);
      }
      const strength = tick.closest(".feeling").querySelector("[type=number]").value;
      if (earlier) earlier.textContent = tick.checked && strength ? `(${strength})` : "";
    }
  };
  picker.addEventListener("input", mirror);
  picker.addEventListener("change", mirror);
}

// Questions that have a point only after a certain answer.
for (const form of new Set([...document.querySelectorAll("[data-show-if]")].map((part) => part.closest("form")))) {
  if (!form) continue;
  const look = () => {
    const answers = new FormData(form);
    for (const part of form.querySelectorAll("[data-show-if]")) {
      const wanted = part.dataset.showAny.split(" ");
      part.hidden = !answers.getAll(part.dataset.showIf).some((answer) => wanted.includes(answer));
    }
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  look();
}

// What was written earlier on another sheet: a touch puts it into the line.
for (const list of document.querySelectorAll("[data-offers]")) {
  const input = document.getElementById(`id_${list.dataset.offers}`);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    input.value = button.textContent;
    told(input);
    input.focus();
  });
}
