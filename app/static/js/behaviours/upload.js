// Sends a plain multipart form with byte progress. The server sees an ordinary POST; its answer, the next page or
// the same page with what was wrong, is shown in place of this one. Without JavaScript the browser does the same.

import { announce } from "../live.js";
import { showPage } from "../page.js";
import { release } from "../submits.js";
import { inWords } from "./file-drop.js";

export default function upload(form) {
  form.addEventListener("submit", (event) => {
    const chosen = form.querySelector("input[type=file]")?.files.length;
    if (event.defaultPrevented || !chosen) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  const panel = form.querySelector("[data-upload-progress]");
  const cancel = panel.querySelector("button");
  const stop = () => request.abort();
  panel.hidden = false;
  submitter?.setAttribute("disabled", "");
  cancel?.addEventListener("click", stop, { once: true });
  request.upload.addEventListener("progress", (event) => showBytes(panel, event));
  request.upload.addEventListener("load", () => say(panel, "The file has arrived. We are looking at it."));
  // An answer without a redirect is this page again, with what was wrong: it keeps this page's address.
  const next = () => (request.responseURL === form.action ? location.href : request.responseURL);
  request.addEventListener("load", () => showPage(request.responseText, next()));
  request.addEventListener("error", () => say(panel, "The connection was lost. Nothing was imported. Try again."));
  request.addEventListener("abort", () => say(panel, "Upload cancelled. Nothing was imported."));
  request.addEventListener("loadend", () => {
    submitter?.removeAttribute("disabled");
    cancel?.removeEventListener("click", stop);
    release(form);
  });
  request.open("POST", form.action);
  request.send(new FormData(form, submitter));
  announce("Uploading");
}

function showBytes(panel, { loaded, total, lengthComputable }) {
  if (!lengthComputable) return;
  const bar = panel.querySelector("progress");
  bar.max = total;
  bar.value = loaded;
  panel.querySelector("[data-sentence]").textContent = `${inWords(loaded)} of ${inWords(total)}`;
}

function say(panel, sentence) {
  panel.querySelector("[data-sentence]").textContent = sentence;
  announce(sentence);
}
