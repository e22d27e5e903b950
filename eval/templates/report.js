"use strict";
const cards = [...document.querySelectorAll(".card")];
const controls = [...document.querySelectorAll("[data-filter]")];
const shown = document.querySelector("#shown");

function matches(card, filter, value) {
  if (!value) return true;
  if (filter === "text") return card.dataset.text.includes(value.toLowerCase());
  if (filter === "state") {
    return value === card.dataset.state || value === card.dataset.change;
  }
  return card.dataset[filter] === value;
}

function apply() {
  let count = 0;
  for (const card of cards) {
    const visible = controls.every((c) => matches(card, c.dataset.filter, c.value.trim()));
    card.hidden = !visible;
    count += visible;
  }
  shown.textContent = `${count} of ${cards.length} questions`;
}

function choose(filter, value) {
  for (const control of controls) {
    control.value = control.dataset.filter === filter ? value : "";
  }
  apply();
  document.querySelector("#questions").scrollIntoView();
}

for (const control of controls) control.addEventListener("input", apply);
for (const link of document.querySelectorAll("[data-choose]")) {
  link.addEventListener("click", () => {
    const [filter, value] = link.dataset.choose.split("=");
    choose(filter, value);
  });
}
for (const link of document.querySelectorAll("[data-open]")) {
  link.addEventListener("click", () => {
    choose("text", link.dataset.open);
    for (const card of cards) {
      if (card.dataset.id === link.dataset.open) card.open = true;
    }
  });
}
document.querySelector("#open-all").addEventListener("click", () => {
  const visible = cards.filter((card) => !card.hidden);
  const open = visible.some((card) => !card.open);
  for (const card of visible) card.open = open;
});
apply();
