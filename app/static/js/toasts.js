// Short words that come and go: toast("Saved", {tone: "good", undo: "/address"}). They stay long enough to be read,
// longer with more words, and as long as the pointer or the focus rests on them.

const SHORTEST = 6000;
const EACH_LETTER = 60;

export function toast(text, { tone = "good", undo = null } = {}) {
  const region = document.getElementById("toasts");
  if (!region || !text) return null;
  const shown = region.querySelector("template").content.firstElementChild.cloneNode(true);
  shown.classList.replace("tone-good", `tone-${tone}`);
  shown.querySelectorAll(`[data-tone]:not([data-tone="${tone}"])`).forEach((mark) => mark.remove());
  shown.querySelector("[data-text]").textContent = text;
  const form = shown.querySelector("form");
  if (undo) form.action = undo;
  else form.remove();
  region.querySelector("[role=status]").append(shown);
  shown.querySelector("[data-close]").addEventListener("click", () => leave(shown));
  wait(shown, SHORTEST + EACH_LETTER * text.length);
  return shown;
}

function wait(shown, milliseconds) {
  let timer = setTimeout(() => leave(shown), milliseconds);
  const hold = () => clearTimeout(timer);
  const goOn = () => {
    hold();
    timer = setTimeout(() => leave(shown), SHORTEST);
  };
  for (const started of ["pointerenter", "focusin"]) shown.addEventListener(started, hold);
  shown.addEventListener("pointerleave", () => { if (!shown.matches(":focus-within")) goOn(); });
  shown.addEventListener("focusout", () => { if (!shown.matches(":hover")) goOn(); });
}

// The focus is never left on something that is gone.
function leave(shown) {
  if (shown.contains(document.activeElement)) document.getElementById("main")?.focus();
  shown.remove();
}
