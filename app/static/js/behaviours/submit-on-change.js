// A GET form of filters that sends itself when a choice changes; its button is for readers without JavaScript.

export default function submitOnChange(form) {
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", () => form.requestSubmit());
}
