// Blurred words (F36): privacy.css hides them from a glance. Here a tap or the keyboard makes them clear; another tap hides them.

const words = document.querySelectorAll("main :is(.words, [data-own], .answers > section > ol, .answers dd)");

for (const part of words) {
  if (!part.querySelector("a, button, input, textarea, summary") && !part.closest("a, label")) part.tabIndex = 0;
  part.addEventListener("click", () => part.classList.toggle("clear"));
}
