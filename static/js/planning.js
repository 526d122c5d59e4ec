// Planning pages: a late hour gets a kind word, and the minutes of a bad day pick the size while they are typed (F35, F37).
// It only adds: without it the server picks the size, and says the word on the next page. No imports.

for (const form of document.querySelectorAll("form[data-planning]")) {
  const late = form.querySelector("[data-late]");
  const at = form.elements.local_time;
  if (late && at) {
    const look = () => { late.hidden = !(at.value > "20:00"); };
    at.addEventListener("input", look);
    look();
  }

  const minutes = form.elements.minutes;
  const sizes = [...form.querySelectorAll("input[name=size][data-minutes]")];
  const picked = form.elements.size_picked;
  for (const size of sizes) size.addEventListener("change", () => { if (picked) picked.value = "1"; });
  minutes?.addEventListener("input", () => {
    const there = Number(minutes.value);
    if (!there || picked?.value) return;
    const fits = sizes.filter((size) => Number(size.dataset.minutes) <= there);
    const chosen = sizes.find((size) => size.checked);
    if (fits.includes(chosen)) return;
    const size = fits[fits.length - 1] ?? sizes[0];
    if (size) size.checked = true;
  });
}
