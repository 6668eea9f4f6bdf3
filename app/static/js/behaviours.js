// Gives every element with `data-behaviour="name other-name"` its behaviours, once each.
// A behaviour is a module in behaviours/ whose default export takes the element.
// It may return a function that is called when htmx takes the element away.

const modules = {
  combobox: () => import("./behaviours/combobox.js"),
  copy: () => import("./behaviours/copy.js"),
  dismiss: () => import("./behaviours/dismiss.js"),
  dialog: () => import("./behaviours/dialog.js"),
  "dialog-opener": () => import("./behaviours/dialog-opener.js"),
  drawer: () => import("./behaviours/drawer.js"),
  "file-drop": () => import("./behaviours/file-drop.js"),
  look: () => import("./behaviours/look.js"),
  menu: () => import("./behaviours/menu.js"),
  "select-rows": () => import("./behaviours/select-rows.js"),
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

document.addEventListener("htmx:beforeCleanupElement", ({ detail: { elt } }) => {
  attached.get(elt)?.forEach((detach) => detach?.());
  attached.delete(elt);
});

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
    if (element.isConnected) has.set(name, begin(element));
  } catch (error) {
    has.delete(name); // The page works without it, and the next swap tries again.
    console.warn(`The behaviour "${name}" could not be loaded.`, error);
  }
}
