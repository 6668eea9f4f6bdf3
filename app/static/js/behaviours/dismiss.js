// A button that takes away the element named by `data-dismiss="id"` and leaves the focus on the page.

export default function dismiss(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.dismiss)?.remove();
    document.getElementById("main")?.focus();
  });
}
