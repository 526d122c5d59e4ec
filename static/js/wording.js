// Words that may be advice, or that judge, get a soft line while somebody writes back (F29, F32). It never blocks, and what is
// typed goes nowhere: the lists came with the page. Without it the page works the same. No imports.

const page = document.getElementById("wording");
const kinds = page ? JSON.parse(page.textContent).kinds : [];
const inside = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
for (const kind of kinds) {
  // A letter or digit before or after means it is part of another word. Without look-behind: the letter before is in group 1.
  kind.pattern = new RegExp(`(^|[^\\p{L}\\p{N}_])(${kind.words.map(inside).join("|")})(?![\\p{L}\\p{N}_])`, "giu");
}

// The places that get a line, in the order of the text.
function look(text) {
  const plain = text.replace(/[’ʼ´`]/g, "'");
  const found = [];
  for (const kind of kinds) {
    kind.pattern.lastIndex = 0;
    for (let hit = kind.pattern.exec(plain); hit; hit = kind.pattern.exec(plain)) {
      const from = hit.index + hit[1].length;
      found.push({ from, to: from + hit[2].length, kind });
      kind.pattern.lastIndex = from + hit[2].length;
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

// The glass over one text box: the same text in the same letters, so that the lines stand under the words.
function glass(box) {
  const frame = document.createElement("div");
  const text = document.createElement("div");
  frame.className = "glass";
  text.className = `${box.className} glass__text`;
  text.setAttribute("aria-hidden", "true");
  box.replaceWith(frame);
  frame.append(box, text);
  return text;
}

function draw(box, text, found) {
  const parts = [];
  let at = 0;
  for (const { from, to } of found) {
    if (from < at) continue;
    const line = document.createElement("u");
    line.textContent = box.value.slice(from, to);
    parts.push(box.value.slice(at, from), line);
    at = to;
  }
  text.replaceChildren(...parts, `${box.value.slice(at)}\n`);
  const looks = getComputedStyle(box);
  for (const name of ["font", "letterSpacing", "textIndent", "paddingBlock", "paddingInline"]) text.style[name] = looks[name];
  const bar = box.offsetWidth - box.clientWidth - parseFloat(looks.borderLeftWidth) - parseFloat(looks.borderRightWidth);
  text.style.paddingInlineEnd = `${parseFloat(looks.paddingInlineEnd) + bar}px`;
  text.scrollTop = box.scrollTop;
}

// The same in words, below the box: for eyes, and for a screen reader when it has a moment.
function say(list, box, found) {
  const lines = kinds.map((kind) => {
    const words = found.filter((one) => one.kind === kind).map((one) => `“${box.value.slice(one.from, one.to)}”`);
    return words.length ? `${[...new Set(words)].join(", ")}: ${kind.says}` : "";
  }).filter(Boolean);
  if (list.dataset.said === lines.join("\n")) return;
  list.dataset.said = lines.join("\n");
  list.replaceChildren(...lines.map((line) => {
    const row = document.createElement("p");
    row.textContent = line;
    return row;
  }));
}

for (const box of kinds.length ? document.querySelectorAll("textarea[data-wording]") : []) {
  const text = glass(box);
  const list = document.createElement("div");
  list.className = "found";
  list.setAttribute("aria-live", "polite");
  text.parentNode.after(list);
  let waits = 0;
  const look_again = () => {
    const found = look(box.value);
    draw(box, text, found);
    clearTimeout(waits);
    waits = setTimeout(() => say(list, box, found), 400); // not at every letter
  };
  box.addEventListener("input", look_again);
  box.addEventListener("scroll", () => { text.scrollTop = box.scrollTop; });
  addEventListener("resize", look_again);
  look_again();
}

// A link that leads to a box elsewhere: what is typed here stays on its page.
for (const link of document.querySelectorAll("a[data-aside]")) {
  link.addEventListener("click", () => {
    const typed = [...document.querySelectorAll("main textarea")].some((box) => box.value !== box.defaultValue);
    link.target = typed ? "_blank" : "";
  });
}
