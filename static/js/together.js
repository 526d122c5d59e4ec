// Waiting for a yes that is given on another device: look every three seconds, and go on when there is an answer.
// Without it there is a link to look again. No imports.

const wait = document.querySelector("[data-waits]");

async function look() {
  try {
    const answer = await fetch(wait.dataset.waits, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return; // signed out, or no answer: the link still works
    const { next } = await answer.json();
    if (next) location.assign(next);
    else setTimeout(look, 3000);
  } catch {
    setTimeout(look, 6000);
  }
}

if (wait) setTimeout(look, 3000);
