// Asks before something that cannot be taken back, in the layout's own <dialog>: for `hx-confirm="question"` and,
// on plain forms or their buttons, for `data-confirm="question"`. `data-confirm-label` names the button that goes on.

const agreed = new WeakSet();

export function listenForConfirmations() {
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt, issueRequest } = event.detail;
    if (!question) return;
    event.preventDefault();
    ask(question, elt.dataset.confirmLabel).then((yes) => yes && issueRequest(true));
  });
  document.addEventListener("submit", askBeforeSubmit, { capture: true });
}

function askBeforeSubmit(event) {
  const { target: form, submitter } = event;
  const asking = [submitter, form].find((element) => element?.dataset.confirm);
  if (!asking || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asking.dataset.confirm, asking.dataset.confirmLabel).then((yes) => {
    if (!yes) return;
    agreed.add(form);
    form.requestSubmit(submitter);
  });
}

function ask(question, label = "Go on") {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("[data-question]").textContent = question;
  dialog.querySelector("[value=yes]").textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
