// A GET form of filters that sends itself when a choice changes; its button is for readers without JavaScript.
// What was left empty stays out of the address. A day is sent when one is done with it: while its year is being typed
// it is another day at each key.

export default function submitOnChange(form) {
  let waiting = false;
  const send = () => {
    waiting = false;
    form.requestSubmit();
  };
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", ({ target }) => {
    waiting = target.type === "date";
    if (!waiting) send();
  });
  form.addEventListener("focusout", () => { if (waiting) send(); });
  form.addEventListener("submit", () => { waiting = false; });
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}
