// Ties a tooltip's words to what they explain, and hides them on Escape until the pointer or the focus comes again.
// Showing them is the style sheet's work.

export default function tooltip(root) {
  const words = root.querySelector("[role=tooltip]");
  const explained = root.querySelector("a, button, input, select, textarea, summary, [tabindex]");
  if (explained) describe(explained, words.id);
  const hush = (event) => {
    if (event.key !== "Escape" || !root.matches(":hover, :focus-within")) return;
    root.dataset.hushed = "";
  };
  document.addEventListener("keydown", hush);
  for (const gone of ["pointerleave", "focusout"]) root.addEventListener(gone, () => { delete root.dataset.hushed; });
  return () => document.removeEventListener("keydown", hush);
}

function describe(element, id) {
  const ids = new Set((element.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean));
  element.setAttribute("aria-describedby", [...ids.add(id)].join(" "));
}
