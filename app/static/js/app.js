// The entrance of our browser code: everything starts here, and starts again for what a swap brings in.

import { attach } from "./behaviours.js";
import { listenForConfirmations } from "./confirm.js";
import { announce } from "./live.js";
import { listenForSubmits } from "./submits.js";
import { listenForSwaps } from "./swaps.js";
import { localise } from "./times.js";

function begin(root) {
  attach(root);
  localise(root);
}

listenForConfirmations();
listenForSubmits();
listenForSwaps(begin);
document.addEventListener("announce", (event) => announce(event.detail.value));
begin(document.body);
document.querySelector(".error-summary")?.focus();
