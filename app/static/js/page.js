// Shows a whole page that a script has fetched, as if the browser had gone there.

import { attach } from "./behaviours.js";
import { moveFocus } from "./swaps.js";
import { localise } from "./times.js";

export function showPage(html, url) {
  const fetched = new DOMParser().parseFromString(html, "text/html");
  const fresh = fetched.getElementById("main");
  const main = document.getElementById("main");
  // A page with another frame, such as the one for signing in, is gone to.
  const isSameFrame = Boolean(fetched.getElementById("session")) === Boolean(document.getElementById("session"));
  if (!fresh || !main || !isSameFrame) {
    location.assign(url);
    return;
  }
  if (url !== location.href) history.pushState({}, "", url);
  document.title = fetched.title;
  main.replaceWith(fresh);
  window.htmx?.process(fresh);
  attach(fresh);
  localise(fresh);
  moveFocus(fresh);
  if (!fresh.contains(document.activeElement)) fresh.focus();
}

// Going back over a page shown this way must load it anew: we keep no snapshots of a company's data.
addEventListener("popstate", () => location.reload());
