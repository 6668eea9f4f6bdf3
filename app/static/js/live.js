// The one region that speaks: it stands in the layout from the start, outside every swap target.

const region = () => document.getElementById("live");
let last = "";

export function announce(sentence) {
  if (!region() || !sentence) return;
  last = sentence;
  // Emptied first, so that the same sentence twice is spoken twice.
  region().textContent = "";
  requestAnimationFrame(() => { region().textContent = sentence; });
}

// For polled fragments: says `data-announce` only when its words have changed since the last time.
export function announceChange(sentence) {
  if (sentence && sentence !== last) announce(sentence);
}
