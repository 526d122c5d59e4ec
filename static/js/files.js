// Recordings and photos on a worksheet: <div data-file="key" data-kind="audio"> inside <form data-files-url="...">.
//
// A file is sent as soon as it is chosen or recorded; its id then becomes the answer, which autosave.js keeps. What is not
// sent yet lives on this page only, is tried again, and the page asks before it is closed. Without this script the file
// goes with the form. Answers understood: 200 {file, url} · 401 and 403: signed out · other 4xx {message}: it does not fit
// · 429, 5xx and no answer: tried again.

const LARGEST = 5 * 2 ** 20, LONGEST = 180, LONGEST_SIDE = 1600, RETRY = 8000; // bytes, seconds, pixels, milliseconds
const SOUNDS = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"];

const boxes = [...document.querySelectorAll("form[data-files-url] [data-file]")].map(hold);
const unsent = (form) => boxes.filter((box) => box.form === form && box.is_unsent());
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
const ask = (event) => event.preventDefault();

function guard() {
  if (boxes.some((box) => box.is_unsent())) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

// What a phone's camera makes is often larger than fits, and says where it was taken: it is drawn anew before it is sent.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return (await new Promise((drawn) => canvas.toBlob(drawn, "image/jpeg", 0.85))) ?? file;
  } catch {
    return file; // not a picture this browser knows: the server says so
  }
}

function hold(box) {
  const find = (name) => box.querySelector(`[data-${name}]`);
  const [have, show, away, recorder, record, stop, time, bar, status, plain] =
    ["have", "show", "away", "recorder", "record", "stop", "clock", "progress", "status", "plain"].map(find);
  const form = box.closest("form"), chooser = box.querySelector("[type=file]");
  const answer = box.querySelector(`[type=hidden][name="${box.dataset.file}"]`);
  const is_audio = box.dataset.kind === "audio";
  let pending = null, sending = null, timer = 0, local = ""; // what is not sent, the sending under way, its address here
  let kept = show.getAttribute("src") ?? ""; // the address of what the server has
  let running = null, stopped = null; // the recorder, and what is done when it has stopped
  let asking = false, out = false, left = false; // waiting for the microphone; signed out; left quickly

  plain.hidden = true;
  chooser.removeAttribute("name"); // it is sent by itself, so not once more with the form
  away.type = "button";
  if (recorder) recorder.hidden = !(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);

  function say(what, words) {
    const text = words ?? status.dataset[what] ?? box.dataset[what] ?? "";
    if (status.textContent !== text) status.textContent = text;
  }

  function present(address) {
    if (local && local !== address) URL.revokeObjectURL(local);
    local = address.startsWith("blob:") ? address : "";
    have.hidden = !address;
    if (address) show.src = address;
    else show.removeAttribute("src");
    if (!record) return;
    find("first").hidden = Boolean(address);
    find("again").hidden = !address;
  }

  function become(id) {
    answer.value = id;
    answer.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function take(file) {
    const small = is_audio ? file : await smaller(file);
    if (small.size > LARGEST) return say("tooLarge");
    pending = small;
    present(URL.createObjectURL(small));
    guard();
    return send();
  }

  // One sending at a time; what was chosen meanwhile follows.
  function send() {
    clearTimeout(timer);
    sending ??= attempt().finally(() => {
      sending = null;
      bar.hidden = true;
      guard();
    });
    return sending;
  }

  async function attempt() {
    while (pending) {
      const file = pending;
      say("sending");
      const [code, said] = await post(file);
      if (pending !== file) continue;
      if (code === 200) {
        pending = null;
        out = false;
        kept = said.url;
        if (!is_audio || show.paused) present(kept);
        become(said.file);
        say("kept");
      } else if (code === 401 || code === 403) {
        out = true;
        say("signedOut");
        become(answer.value); // autosave.js finds out too, offers to sign in, and says when the person is back
        return;
      } else if (code >= 400 && code < 500 && code !== 429) {
        pending = null;
        present(kept);
        say("tooLarge", said.message);
      } else {
        say("waiting");
        timer = setTimeout(send, RETRY);
        return;
      }
    }
  }

  function post(file) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const name of ["draft_of", "draft_size"]) if (form.elements[name]) data.append(name, form.elements[name].value);
    data.append("file", file, "file");
    bar.value = 0;
    bar.hidden = false;
    return new Promise((answered) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how much is sent
      request.open("POST", `${form.dataset.filesUrl}${box.dataset.file}/`);
      request.setRequestHeader("X-Requested-With", "autosave");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / (event.total || 1); });
      request.addEventListener("loadend", () => answered([request.status, request.response ?? {}]));
      request.send(data);
    });
  }

  chooser.addEventListener("change", () => {
    const [file] = chooser.files;
    chooser.value = "";
    if (file) take(file);
  });

  away.addEventListener("click", () => {
    pending = null;
    clearTimeout(timer);
    kept = "";
    present(kept);
    if (answer.value) become("");
    say("gone");
    guard();
    (record && !recorder.hidden ? record : chooser).focus();
  });

  async function begin() {
    if (asking) return;
    let stream;
    asking = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say("refused");
      chooser.focus();
      return;
    } finally {
      asking = false;
    }
    const type = SOUNDS.find((one) => MediaRecorder.isTypeSupported(one));
    const parts = [], began = Date.now();
    running = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 48000 });
    running.addEventListener("dataavailable", (event) => parts.push(event.data));
    stopped = new Promise((done) => running.addEventListener("stop", () => {
      running = null;
      for (const track of stream.getTracks()) track.stop();
      clearInterval(ticking);
      if (left) return;
      stop.hidden = time.hidden = true;
      record.hidden = false;
      record.focus();
      done(take(new Blob(parts, { type: type?.split(";")[0] })));
    }));
    const ticking = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      time.textContent = `${clock(seconds)} / ${clock(LONGEST)}`;
      if (seconds >= LONGEST) end();
    }, 250);
    show.pause();
    running.start();
    record.hidden = true;
    stop.hidden = time.hidden = false;
    stop.focus();
    say("recording");
    guard();
  }

  function end() {
    if (running?.state === "recording") running.stop();
    return stopped;
  }

  record?.addEventListener("click", begin);
  stop?.addEventListener("click", end);

  return {
    form,
    is_unsent: () => Boolean(pending || running),
    finish: async () => { if (running) await end(); else await send(); },
    again: (is_back) => { if (pending && (is_back || !out)) send(); },
    reveal: () => box.scrollIntoView({ block: "center" }),
    drop: () => {
      left = true;
      pending = null;
      clearTimeout(timer);
      running?.stream.getTracks().forEach((track) => track.stop());
    },
  };
}

for (const moment of ["online", "focus"]) addEventListener(moment, () => boxes.forEach((box) => box.again(false)));
document.addEventListener("between:back", () => boxes.forEach((box) => box.again(true)));
document.addEventListener("between:leave", () => {
  boxes.forEach((box) => box.drop());
  removeEventListener("beforeunload", ask);
});

// Nothing is left behind when the form goes: first the file, then (autosave.js) the words, then the form itself.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!unsent(form).length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(unsent(form).map((box) => box.finish()));
  if (unsent(form).length) unsent(form)[0].reveal();
  else if (form.requestSubmit) form.requestSubmit(submitter);
  else (submitter ?? form.querySelector("button")).click();
}, true);
