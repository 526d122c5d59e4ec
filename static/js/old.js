// For a browser from before cascade layers (2022), which throws away every rule that stands in one: it is given the same rules
// without layers, in the layers' order. offline.js fetches this only there. What it does not know besides, it leaves out.

// The top level of a style sheet: what stands before each block, what is in it, and both.
function pieces(css) {
  const found = [];
  let depth = 0, start = 0, open = 0;
  for (let at = 0; at < css.length; at += 1) {
    const letter = css[at];
    if (letter === '"' || letter === "'") at = css.indexOf(letter, at + 1);
    else if (letter === "{") {
      if (!depth) open = at;
      depth += 1;
    } else if (letter === "}") {
      depth -= 1;
      if (!depth) found.push({ before: css.slice(start, open).trim(), inside: css.slice(open + 1, at), whole: css.slice(start, at + 1) });
      if (!depth) start = at + 1;
    } else if (letter === ";" && !depth) {
      found.push({ before: css.slice(start, at).trim(), inside: "", whole: "" });
      start = at + 1;
    }
  }
  return found;
}

async function unlayer() {
  const links = [...document.querySelectorAll("link[rel=stylesheet]")];
  const texts = await Promise.all(links.map(async (link) => (await fetch(link.href)).text()));
  const layers = new Map();
  for (const text of texts) {
    for (const { before, inside } of pieces(text.replace(/\/\*[^]*?\*\//g, ""))) {
      if (!before.startsWith("@layer")) continue;
      for (const name of before.slice(6).split(",")) {
        layers.set(name.trim(), (layers.get(name.trim()) ?? "") + inside);
      }
    }
  }
  const { sheet } = links[0];
  for (const inside of layers.values()) {
    for (const { whole } of pieces(inside)) {
      try {
        sheet.insertRule(whole, sheet.cssRules.length);
      } catch { /* newer than this browser: the narrow page stands without it */ }
    }
  }
}

unlayer();
