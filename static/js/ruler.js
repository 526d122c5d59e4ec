// The readiness ruler: of the questions the page brings along, show the one for the number that is chosen.
for (const list of document.querySelectorAll("[data-questions]")) {
  const name = list.dataset.questions;
  const show = () => {
    const chosen = document.querySelector(`input[name="${name}"]:checked`);
    for (const question of list.children) question.hidden = question.dataset.n !== (chosen ? chosen.value : "");
  };
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) input.addEventListener("change", show);
  show();
}
