// How many letters a field holds, counted as the server counts them: in code points, where maxlength counts an emoji twice.
const figures = new Intl.NumberFormat("en-IN");

export function count(text) {
  return [...text].length;
}

function show(field, counter) {
  const most = Number(counter.dataset.letters);
  const letters = count(field.value);
  counter.textContent = `${figures.format(letters)} / ${figures.format(most)}`;
  counter.classList.toggle("over", letters > most);
  counter.classList.toggle("near", letters > most * 0.9);
  field.setCustomValidity(letters > most ? counter.dataset.tooLong : "");
}

const counterOf = (field) => (field.nextElementSibling?.matches?.("[data-letters]") ? field.nextElementSibling : null);

for (const happening of ["focusin", "input"]) {
  document.addEventListener(happening, ({ target }) => {
    const counter = counterOf(target);
    if (!counter) return;
    target.removeAttribute("maxlength"); // from here on the counter says when it is too much
    show(target, counter);
  });
}
document.addEventListener("reset", ({ target }) => {
  setTimeout(() => {
    for (const counter of target.querySelectorAll("[data-letters]")) show(counter.previousElementSibling, counter);
  });
});
