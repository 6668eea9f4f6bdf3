// Keys that work wherever one is on a page. An element names its own with `data-hotkey`: "Ctrl+K" (Cmd on a Mac), "/",
// or several after one another, as "g h". A field then gets the focus, anything else is pressed. Those without Ctrl
// keep silent while one writes, while a dialog is open, and for who turned them off (WCAG 2.1.4).

const PAUSE = 1500; // milliseconds in which the second key of two must follow
let begun = { keys: "", at: 0 };

export function listenForHotkeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return;
    const withCtrl = event.ctrlKey || event.metaKey;
    const wanted = withCtrl ? !event.shiftKey && named(`Ctrl+${event.key.toUpperCase()}`) : single(event);
    if (!wanted) return;
    event.preventDefault();
    if (!document.querySelector("dialog:modal")) use(wanted);
  });
}

function single({ key, target, timeStamp }) {
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (key.length !== 1 || isOff || writes(target) || document.querySelector("dialog:modal")) return null;
  const both = timeStamp - begun.at < PAUSE && begun.keys ? `${begun.keys} ${key}` : "";
  const found = (both && named(both)) || named(key);
  begun = { keys: found ? "" : key, at: timeStamp };
  return found;
}

function named(keys) {
  const own = [...document.querySelectorAll("[data-hotkey]")].filter((element) => element.dataset.hotkey === keys);
  return own.find((element) => element.checkVisibility()) ?? own.find((element) => !isField(element));
}

function use(element) {
  if (!isField(element)) return element.click();
  element.focus();
  element.select?.();
}

function writes(target) {
  return isField(target) || target.isContentEditable;
}

function isField(element) {
  return element.matches?.("select, textarea, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
}
