// What must happen around a swap: focus goes where the reader is needed, words go to the live region,
// and a request that failed says so at the top of the page.

import { announce, announceChange } from "./live.js";

const problemRegion = () => document.getElementById("problem");

export function listenForSwaps(begin) {
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    begin(detail.elt);
    moveFocus(detail.elt);
    const spoken = detail.elt.matches("[data-announce]") ? detail.elt : detail.elt.querySelector("[data-announce]");
    announceChange(spoken?.dataset.announce);
  });
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => begin(detail.target));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) problemRegion()?.replaceChildren();
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, showNoAnswer);
  }
}

// A fragment marks at most one element with `data-focus`: its heading when the swap leads on, its error summary
// when it does not. Polled fragments mark none, so that they never take the focus away.
export function moveFocus(root) {
  const wanted = root.matches("[data-focus]") ? root : root.querySelector("[data-focus]");
  if (!wanted) return;
  if (!wanted.hasAttribute("tabindex")) wanted.tabIndex = -1;
  wanted.focus();
}

function showNoAnswer() {
  const words = document.getElementById("no-answer");
  const region = problemRegion();
  if (!words || !region || region.childElementCount) return;
  region.replaceChildren(words.content.cloneNode(true));
  announce(region.textContent.trim());
}
