// A plain form that was sent is not sent again by a second press. Forms whose answer is a download, and which
// therefore stay on the page, carry `data-again`.

export function listenForSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // The Back button may bring the page back as it was left.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

export function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}
