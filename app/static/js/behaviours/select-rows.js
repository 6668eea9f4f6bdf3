// A form around a table whose rows can be chosen: it says how many are, chooses all on the page, and with Shift all
// between two. Without JavaScript the checkboxes and the buttons of the bar do the same work.

import { announce } from "../live.js";

export default function selectRows(form) {
  const boxes = () => [...form.querySelectorAll("[data-row-select]")];
  const all = form.querySelector("[data-select-all]");
  const bar = form.querySelector("[data-selection]");
  const clear = form.querySelector("[data-selection-clear]");
  let last = null;

  const choose = (some, state) => some.forEach((box) => { box.checked = state; });
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const words = `${chosen} of ${boxes().length} ${bar.dataset.selection} selected`;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    bar.hidden = chosen === 0;
    bar.querySelector("[data-selection-words]").textContent = words;
    return words;
  };
  const toRange = (event) => {
    const box = event.target.closest("[data-row-select]");
    if (!box) return;
    const every = boxes();
    const ends = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && ends[0] >= 0) choose(every.slice(ends[0], ends[1] + 1), box.checked);
    last = box;
  };

  all.hidden = false;
  clear.hidden = false;
  form.addEventListener("click", toRange);
  form.addEventListener("change", (event) => {
    if (event.target === all) choose(boxes(), all.checked);
    announce(show());
  });
  clear.addEventListener("click", () => {
    choose(boxes(), false);
    announce(show());
    all.focus();
  });
  show();
}
