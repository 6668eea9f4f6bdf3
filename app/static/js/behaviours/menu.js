// A list behind a button, as a popover or as <details>. Arrow keys open it and move in it, Home and End go to its ends,
// letters to the next entry that begins with them; Escape, a press elsewhere and the leaving focus close it.

const TYPING_PAUSE = 600;

export default function menu(root) {
  const trigger = root.querySelector("summary, [popovertarget]");
  const own = root.matches("details") ? disclosure(root) : popover(root.querySelector("[popover]"));
  const entries = () => [...root.querySelectorAll(".menu-item")].filter((entry) => entry.checkVisibility());
  const away = (event) => { if (!root.contains(event.target)) own.close(); };
  const typed = typeAhead();
  document.addEventListener("pointerdown", away);
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) own.close();
  });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return own.isOpen() && leave(event, own, trigger);
    // In a field of the panel letters are typed, and Home and End move in it.
    if (event.target.matches("input") && !event.key.startsWith("Arrow")) return;
    if (event.target === trigger && !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (!own.isOpen()) own.open();
    const next = destination(event.key, entries(), typed);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  return () => document.removeEventListener("pointerdown", away);
}

function disclosure(details) {
  return { isOpen: () => details.open, open: () => { details.open = true; }, close: () => { details.open = false; } };
}

function popover(panel) {
  const isOpen = () => panel.matches(":popover-open");
  return { isOpen, open: () => panel.showPopover(), close: () => { if (isOpen()) panel.hidePopover(); } };
}

function leave(event, own, trigger) {
  event.preventDefault();
  event.stopPropagation();
  own.close();
  trigger.focus();
}

function destination(key, entries, typed) {
  const at = entries.indexOf(document.activeElement);
  const last = entries.length - 1;
  if (key === "ArrowDown") return entries[at === last ? 0 : at + 1];
  if (key === "ArrowUp") return entries[at <= 0 ? last : at - 1];
  if (key === "Home") return entries[0];
  if (key === "End") return entries[last];
  return key.length === 1 && key !== " " ? typed(key, entries, at) : null;
}

function typeAhead() {
  let letters = "";
  let timer;
  return (key, entries, at) => {
    clearTimeout(timer);
    timer = setTimeout(() => { letters = ""; }, TYPING_PAUSE);
    letters += key.toLowerCase();
    const from = letters.length === 1 ? at + 1 : Math.max(at, 0);
    const inOrder = [...entries.slice(from), ...entries.slice(0, from)];
    return inOrder.find((entry) => entry.textContent.trim().toLowerCase().startsWith(letters));
  };
}
