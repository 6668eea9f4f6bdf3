// A <details> used as a menu closes on Escape, on a press elsewhere and when the focus leaves it.

export default function menu(details) {
  const away = (event) => { if (!details.contains(event.target)) details.open = false; };
  document.addEventListener("pointerdown", away);
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  return () => document.removeEventListener("pointerdown", away);
}
