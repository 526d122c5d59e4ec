// A timer to stay with something, and the figure of a body. Both only set inputs that can be filled in without them.

const told = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

for (const timer of document.querySelectorAll("[data-timer]")) {
  const find = (name) => timer.querySelector(`[data-${name}]`);
  const [face, bar, line, status, length, start, hold, stop] =
    ["face", "progress", "line", "status", "length", "start", "hold", "stop"].map(find);
  const seconds = timer.querySelector("[name$='-seconds']"), minutes = timer.querySelector("[name$='-minutes']");
  const words = [...timer.querySelectorAll("[data-lines] li")].map((item) => item.textContent);
  const checks = [...timer.querySelectorAll("[data-check]")].filter((part) => part.dataset.check);
  let before = 0, since = 0, ticking = 0, asked = 0, awake = null; // milliseconds done before this run, and when it began

  const done = () => Math.floor((before + (since ? Date.now() - since : 0)) / 1000);
  const whole = () => Number(length.value);
  const pace = () => Math.min(15, Math.max(4, whole() / words.length)); // seconds a line is shown
  const say = (what) => { if (status.textContent !== status.dataset[what]) status.textContent = status.dataset[what]; };

  function draw() {
    const now = done(), left = whole() - now;
    face.textContent = left >= 0 ? clock(left) : `+ ${clock(-left)}`;
    bar.value = Math.min(1, now / whole());
    const text = words.length && now > 0 && left > 0 ? words[Math.floor(now / pace()) % words.length] : "";
    if (line.textContent !== text) line.textContent = text;
  }

  function tick() {
    draw();
    const now = done();
    while (asked < checks.length && now >= (whole() * (asked + 1)) / checks.length) {
      checks.forEach((part, number) => part.classList.toggle("timer__now", number === asked));
      asked += 1;
      say("check");
    }
    if (now >= whole() && status.textContent !== status.dataset.over) {
      say("over");
      navigator.vibrate?.(120);
      keep();
    }
  }

  function keep() {
    seconds.value = done();
    minutes.value = done() ? Math.max(1, Math.round(done() / 60)) : "";
    told(minutes);
  }

  function show() {
    const on = since > 0;
    start.hidden = on;
    hold.hidden = !on;
    stop.hidden = !on && !before;
    length.disabled = on || before > 0;
  }

  start.addEventListener("click", async () => {
    since = Date.now();
    ticking = setInterval(tick, 250);
    say("go");
    show();
    hold.focus();
    awake = await navigator.wakeLock?.request("screen").catch(() => null);
  });

  function rest(word) {
    before += Date.now() - since;
    since = 0;
    clearInterval(ticking);
    awake?.release();
    draw();
    if (word) say(word);
  }

  hold.addEventListener("click", () => {
    rest("held");
    keep();
    show();
    start.focus();
  });
  stop.addEventListener("click", () => {
    if (since) rest("");
    keep();
    before = 0;
    asked = 0;
    show();
    minutes.focus();
  });
  length.addEventListener("change", draw);
  minutes.addEventListener("input", (event) => { if (event.isTrusted) seconds.value = ""; });
  draw();
  show();
}

// The figure: a touch on a part ticks its box in the list, and shows what is ticked.
for (const body of document.querySelectorAll("[data-body]")) {
  const box = (place) => body.querySelector(`[type=checkbox][value="${place}"]`);
  const parts = [...body.querySelectorAll("svg [data-place]")];
  const draw = () => parts.forEach((part) => part.classList.toggle("on", box(part.dataset.place).checked));
  for (const part of parts) {
    part.addEventListener("click", () => {
      const tick = box(part.dataset.place);
      tick.checked = !tick.checked;
      draw();
      told(tick);
    });
  }
  body.addEventListener("change", (event) => {
    if (event.target.matches("select") && event.target.value) box(event.target.name.split("-").pop()).checked = true;
    draw();
  });
  draw();
}
