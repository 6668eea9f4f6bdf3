// A button that opens the <dialog> named by `data-opens="id"`; the browser gives the focus back on closing.

export default function dialogOpener(button) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
}
