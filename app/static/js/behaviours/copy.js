// A button that copies `data-copy="text"`, or the text of `data-copy-from="id"`, and says so.

import { announce } from "../live.js";

const SHOWN_FOR = 2000;

export default function copy(button) {
  const label = button.querySelector("[data-label]") ?? button;
  const words = label.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copyFrom);
    await navigator.clipboard.writeText(button.dataset.copy ?? source?.textContent.trim() ?? "");
    label.textContent = "Copied";
    announce("Copied");
    setTimeout(() => { label.textContent = words; }, SHOWN_FOR);
  });
}
