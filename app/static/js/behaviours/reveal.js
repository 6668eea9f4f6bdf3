// A button that shows what was typed into the password field `data-reveals="id"`, and hides it again; it is hidden
// before it is sent, so that the browser and its password keeper know it for what it is.

export default function reveal(button) {
  const input = document.getElementById(button.dataset.reveals);
  const label = button.querySelector("[data-label]");
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    label.textContent = visible ? "Hide" : "Show";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
}
