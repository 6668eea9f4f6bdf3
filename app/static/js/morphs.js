// A morph brings what the server says and leaves what the reader did: what is open stays open, a time stays in the
// reader's zone, and while a page asks by itself what was typed stays in its field. `data-kept` leaves an element
// alone altogether, and keeps one that a behaviour has added.

import { isChanged } from "./fields.js";
import { isByItself } from "./requests.js";

const FIELDS = "input, select, textarea";
const OPENED = ["details", "dialog"];
const SENDING = ["form", "button"];
const BY_BEHAVIOURS = ["hidden", "aria-expanded", "aria-activedescendant"];
const BY_SENDING = ["data-sent", "aria-busy"];

let byItself = false;

export function keepWhatReadersDid() {
  const defaults = window.Idiomorph?.defaults;
  if (!defaults) return;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    byItself = isByItself(detail);
    defaults.ignoreActiveValue = byItself;
  });
  Object.assign(defaults.callbacks, {
    beforeNodeMorphed: (node, fresh) => (isLeftAlone(node, fresh) ? false : undefined),
    beforeNodeRemoved: (node) => (isKept(node) ? false : undefined),
    beforeAttributeUpdated: (name, element) => (isReaders(name, element) ? false : undefined),
  });
}

function isLeftAlone(node, fresh) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  if (isKept(node)) return true;
  if (node.matches("time[data-local]")) return node.dateTime === fresh.dateTime;
  return byItself && node.matches(FIELDS) && isChanged(node);
}

function isKept(node) {
  return node.dataset !== undefined && "kept" in node.dataset;
}

function isReaders(name, element) {
  if (OPENED.includes(element.localName) && name === "open") return true;
  if (SENDING.includes(element.localName) && BY_SENDING.includes(name)) return true;
  return "behaviour" in element.dataset && BY_BEHAVIOURS.includes(name);
}
