// The entrance of our browser code: everything starts here, and starts again for what a swap brings in.

import { attach, watch } from "./behaviours.js";
import { listenForConfirmations } from "./confirm.js";
import { listenForConnection } from "./connection.js";
import { listenForHotkeys } from "./hotkeys.js";
import { announce } from "./live.js";
import { keepWhatReadersDid } from "./morphs.js";
import { listenForSubmits } from "./submits.js";
import { listenForSwaps } from "./swaps.js";
import { localise } from "./times.js";

function begin(root) {
  attach(root);
  localise(root);
}

listenForSubmits(); // First: a second press asks nothing either.
listenForConfirmations();
keepWhatReadersDid();
listenForConnection();
listenForSwaps(begin);
listenForHotkeys();
document.addEventListener("announce", (event) => announce(event.detail.value));
begin(document.body);
watch(document.body, begin);
document.querySelector(".error-summary")?.focus();
