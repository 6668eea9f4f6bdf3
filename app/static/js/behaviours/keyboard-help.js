// Fills the dialog of shortcuts, each time it opens, with those that stand elsewhere on the page.

export default function keyboardHelp(dialog) {
  const list = dialog.querySelector("[data-shortcuts-list]");
  dialog.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "open") fill(dialog, list);
  });
}

function fill(dialog, list) {
  list.querySelectorAll("[data-collected]").forEach((item) => item.remove());
  const known = new Set();
  for (const element of document.querySelectorAll("[data-hotkey]")) {
    const keys = element.dataset.hotkey;
    if (dialog.contains(element) || known.has(keys)) continue;
    known.add(keys);
    list.append(drawn(keys, wordsOf(element)));
  }
  dialog.querySelector("[data-when-off]").hidden = document.documentElement.dataset.shortcuts !== "off";
}

function wordsOf(element) {
  const label = element.labels?.[0]?.cloneNode(true);
  label?.querySelectorAll("kbd").forEach((key) => key.remove());
  const words = element.dataset.hotkeyLabel ?? element.getAttribute("aria-label") ?? label?.textContent;
  return (words ?? element.textContent).trim();
}

function drawn(keys, words) {
  const item = document.createElement("li");
  const shown = document.createElement("span");
  item.dataset.collected = "";
  for (const key of keys.split(/[ +]/)) {
    shown.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
  }
  item.append(Object.assign(document.createElement("span"), { textContent: words }), shown);
  return item;
}
