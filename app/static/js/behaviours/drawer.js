// A <dialog> at the side. Links with `data-drawer="its id"` fill it with what their address answers to htmx and open
// it; the page's own address stays. With Ctrl, or where this module is missing, such a link goes to its page.

export default function drawer(dialog) {
  const body = dialog.querySelector(".drawer-body");
  const follow = (event) => {
    const link = event.target.closest(`a[data-drawer="${dialog.id}"]`);
    if (!link || event.defaultPrevented || opensElsewhere(event)) return;
    event.preventDefault();
    show(dialog, body, link);
  };
  document.addEventListener("click", follow);
  body.addEventListener("htmx:beforeSwap", ({ detail }) => { detail.serverResponse = withoutFrame(detail.serverResponse); });
  return () => document.removeEventListener("click", follow);
}

function opensElsewhere(event) {
  return event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}

async function show(dialog, body, link) {
  dialog.dataset.shows = link.href;
  body.replaceChildren();
  body.setAttribute("aria-busy", "true");
  const page = dialog.querySelector("[data-full-page]");
  if (page) Object.assign(page, { href: link.href, hidden: false });
  if (!dialog.open) dialog.showModal();
  const answer = await ask(link.href, body);
  if (dialog.dataset.shows !== link.href) return; // Another link was pressed in the meantime.
  body.removeAttribute("aria-busy");
  if (answer) name(dialog, body);
  else dialog.close(); // What went wrong is said on the page behind.
}

async function ask(address, body) {
  let arrived = false;
  const note = () => { arrived = true; };
  body.addEventListener("htmx:afterSwap", note, { once: true });
  await window.htmx.ajax("GET", address, { source: body, target: body, swap: "innerHTML" }).catch(() => {});
  body.removeEventListener("htmx:afterSwap", note);
  return arrived;
}

// A route that answers htmx with its whole page is shown without the frame.
function withoutFrame(html) {
  if (!/^\s*<!doctype/i.test(html)) return html;
  return new DOMParser().parseFromString(html, "text/html").getElementById("main")?.innerHTML ?? html;
}

function name(dialog, body) {
  const heading = body.querySelector("h1, h2");
  if (!heading) return;
  if (dialog.hasAttribute("aria-label")) dialog.setAttribute("aria-label", heading.textContent.trim());
  heading.tabIndex = -1;
  heading.focus();
}
