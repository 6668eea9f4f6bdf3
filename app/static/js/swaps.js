// What must happen around a swap: focus goes where the reader is needed, words go to the live region,
// and a refusal at the top of the page goes away with the next thing that works.

import { announceChanges } from "./live.js";
import { isByItself } from "./requests.js";

let held = null; // What had the focus inside the part that is about to be swapped.

export function listenForSwaps(begin) {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { activeElement } = document;
    held = detail.target?.contains(activeElement) && activeElement !== document.body ? activeElement : null;
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    begin(detail.elt);
    if (!isByItself(detail)) leadOn(detail);
    keepFocus(detail.elt);
    announceChanges(detail.elt);
  });
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    begin(detail.target);
    announceChanges(detail.target);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && !isByItself(detail)) document.getElementById("problem")?.replaceChildren();
  });
}

// A fragment marks at most one element with `data-focus`: its heading when the swap leads on, its error summary
// when it does not. A new heading of the page leads on without the mark. Polled fragments never take the focus away.
export function moveFocus(root) {
  const heading = root.closest("#main") && root.querySelector("h1");
  const wanted = root.matches("[data-focus]") ? root : root.querySelector("[data-focus]") ?? heading;
  if (wanted) focusOn(wanted);
  return wanted;
}

function leadOn({ elt, xhr }) {
  const wanted = moveFocus(elt);
  const isTitled = /<title[\s>]/i.test(xhr?.responseText ?? "");
  if (wanted?.localName === "h1" && !isTitled) document.title = `${wanted.textContent.trim()} – Carillon`;
}

// The focus is never left on something that is gone: else the next Tab would start at the top of the page.
function keepFocus(swapped) {
  const lost = held && document.activeElement === document.body;
  const had = held;
  held = null;
  if (!lost || had.isConnected) return;
  const again = had.id && document.getElementById(had.id);
  focusOn(again || (swapped.isConnected ? swapped : document.getElementById("main")));
}

function focusOn(element) {
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
}
