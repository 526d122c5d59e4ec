// Sign-in pages: passkeys where the browser has them, and one look at recovery codes. The library's own scripts talk to the key.

const note = document.querySelector("[data-passkey-note]");

for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !window.PublicKeyCredential;
for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = Boolean(window.PublicKeyCredential);

document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // the person closed the window or the key did not answer: say so, blame nobody
  if (note) note.hidden = false;
});

// Recovery codes are shown once: offer a file, and ask before the page is closed.
const codes = document.querySelector("[data-codes]");
const kept = document.querySelector("[data-codes-kept]");

if (codes) {
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask);
  kept?.addEventListener("change", () => (kept.checked ? removeEventListener : addEventListener)("beforeunload", ask));
  const file = document.querySelector("[data-codes-file]");
  if (file) {
    const lines = [...codes.querySelectorAll("li")].map((code) => code.textContent.trim());
    file.href = URL.createObjectURL(new Blob([lines.join("\n"), "\n"], { type: "text/plain" }));
    file.hidden = false;
  }
}
