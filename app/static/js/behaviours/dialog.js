// A press on the darkened page beside an open <dialog> closes it, as Escape does.

export default function dialog(element) {
  let began = false;
  element.addEventListener("pointerdown", (event) => { began = isBeside(element, event); });
  element.addEventListener("click", (event) => { if (began && isBeside(element, event)) element.close(); });
}

function isBeside(element, event) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const { target, clientX: x, clientY: y } = event;
  return target === element && (x < left || x > right || y < top || y > bottom);
}
