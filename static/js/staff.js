// Staff pages that swap parts with htmx load this first (templates/ui/htmx.html).

// Trusted Types: htmx hands the server's markup to the browser, without the scripts in it. Handlers and frames are stopped by
// the content security policy; text that people wrote was escaped by the server.
const SCRIPTS = /<script\b[^]*?<\/script\s*>/gi;
window.trustedTypes?.createPolicy("default", { createHTML: (markup) => markup.replace(SCRIPTS, "") });

// Signed out meanwhile: the sign-in page is a page, not a part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const door = document.querySelector("#cover [data-sign-in]")?.dataset.signIn;
  const came_from = new URL(event.detail.xhr.responseURL, location.href).pathname;
  if (door && came_from === door) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

// No answer, or a refusal: say that nothing has changed.
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => {
    const note = document.getElementById("nothing-changed");
    if (note) note.hidden = false;
  });
}
document.addEventListener("htmx:afterSwap", () => {
  const note = document.getElementById("nothing-changed");
  if (note) note.hidden = true;
});

// htmx notes the address of the page in the tab's storage. Addresses hold no names, but nothing is to stay here at all.
addEventListener("pagehide", () => sessionStorage.clear());
