// What was sent is not sent again by a second press while the answer is awaited: neither a plain form nor anything
// that htmx sends. Forms whose answer is a download, and which therefore stay on the page, carry `data-again`.

const PRESSES = ["submit", "click"];
const awaited = new WeakSet();

export function listenForSubmits() {
  document.addEventListener("submit", sendOnce);
  document.addEventListener("htmx:confirm", dropSecondPress);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => expectAnswer(detail));
  document.addEventListener("htmx:afterRequest", ({ detail }) => settle(detail));
  // The Back button may bring the page back as it was left.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

export function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

// htmx would queue it and send it after the first. Fields that save by themselves are queued on purpose.
function dropSecondPress(event) {
  const { elt, triggeringEvent } = event.detail;
  if (!awaited.has(elt) || !PRESSES.includes(triggeringEvent?.type)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function expectAnswer({ elt, requestConfig: { verb, triggeringEvent } }) {
  if (verb === "get" || !PRESSES.includes(triggeringEvent?.type)) return;
  awaited.add(elt);
  pressed(elt, triggeringEvent)?.setAttribute("aria-busy", "true");
}

function settle({ elt, requestConfig: { triggeringEvent } }) {
  if (awaited.delete(elt)) pressed(elt, triggeringEvent)?.removeAttribute("aria-busy");
}

function pressed(elt, event) {
  return event.submitter ?? (elt.localName === "button" ? elt : null);
}
