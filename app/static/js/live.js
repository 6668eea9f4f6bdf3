// The one region that speaks: it stands in the layout from the start, outside every swap target.

const region = () => document.getElementById("live");
const said = new Map();

export function announce(sentence) {
  if (!region() || !sentence) return;
  // Emptied first, so that the same sentence twice is spoken twice.
  region().textContent = "";
  requestAnimationFrame(() => { region().textContent = sentence; });
}

// For fragments that come again and again: each `data-announce` speaks only when its own words have changed.
export function announceChanges(root) {
  const speaking = [...root.querySelectorAll("[data-announce]")];
  if (root.matches("[data-announce]")) speaking.unshift(root);
  const changed = speaking.filter((element) => said.get(nameOf(element)) !== element.dataset.announce);
  changed.forEach((element) => said.set(nameOf(element), element.dataset.announce));
  announce(changed.map((element) => element.dataset.announce).filter(Boolean).join(". "));
}

function nameOf(element) {
  return element.id || element.closest("[id]")?.id;
}
