// Gives every element with `data-behaviour="name other-name"` its behaviours, once each.
// A behaviour is a module in behaviours/ whose default export takes the element.
// It may return a function that is called when the element is taken away, by whomever.

const modules = {
  "command-menu": () => import("./behaviours/command-menu.js"),
  combobox: () => import("./behaviours/combobox.js"),
  copy: () => import("./behaviours/copy.js"),
  dismiss: () => import("./behaviours/dismiss.js"),
  dialog: () => import("./behaviours/dialog.js"),
  "dialog-opener": () => import("./behaviours/dialog-opener.js"),
  drawer: () => import("./behaviours/drawer.js"),
  "file-drop": () => import("./behaviours/file-drop.js"),
  "keyboard-help": () => import("./behaviours/keyboard-help.js"),
  look: () => import("./behaviours/look.js"),
  menu: () => import("./behaviours/menu.js"),
  passkey: () => import("./behaviours/passkey.js"),
  print: () => import("./behaviours/print.js"),
  session: () => import("./behaviours/session.js"),
  "select-rows": () => import("./behaviours/select-rows.js"),
  reveal: () => import("./behaviours/reveal.js"),
  "send-on": () => import("./behaviours/send-on.js"),
  "submit-on-change": () => import("./behaviours/submit-on-change.js"),
  toasts: () => import("./behaviours/toasts.js"),
  tooltip: () => import("./behaviours/tooltip.js"),
  upload: () => import("./behaviours/upload.js"),
};

const attached = new WeakMap();

export function attach(root) {
  for (const element of within(root)) {
    for (const name of element.dataset.behaviour.split(/\s+/).filter(Boolean)) {
      attachOne(element, name);
    }
  }
}

// Watches what comes and goes: swaps, morphs, which tell nobody what they remove, and what scripts insert.
export function watch(root, begin) {
  const elements = (nodes) => [...nodes].filter((node) => node.nodeType === Node.ELEMENT_NODE);
  new MutationObserver((records) => {
    for (const { addedNodes, removedNodes } of records) {
      elements(removedNodes).filter((node) => !node.isConnected).forEach(detach);
      elements(addedNodes).filter((node) => node.isConnected).forEach(begin);
    }
  }).observe(root, { childList: true, subtree: true });
}

function detach(root) {
  for (const element of within(root)) {
    attached.get(element)?.forEach((end) => end?.());
    attached.delete(element);
  }
}

function within(root) {
  const inside = [...root.querySelectorAll("[data-behaviour]")];
  return root.matches?.("[data-behaviour]") ? [root, ...inside] : inside;
}

async function attachOne(element, name) {
  const has = attached.get(element) ?? new Map();
  if (has.has(name)) return;
  if (!modules[name]) {
    console.error(`No behaviour is called "${name}".`, element);
    return;
  }
  has.set(name, null);
  attached.set(element, has);
  try {
    const { default: begin } = await modules[name]();
    if (element.isConnected && attached.get(element) === has) has.set(name, begin(element));
  } catch (error) {
    has.delete(name); // The page works without it, and the next swap tries again.
    console.warn(`The behaviour "${name}" could not be loaded.`, error);
  }
}
