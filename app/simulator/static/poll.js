// Fetches the page again every two seconds and exchanges what is marked as live, so that what is being typed stays.
const PAUSE = 2000;
const live = document.querySelectorAll("[data-live]");

async function refresh() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of live) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
  }
}

async function poll() {
  if (!document.hidden) await refresh().catch(() => {});
  setTimeout(poll, PAUSE);
}

if (live.length > 0) setTimeout(poll, PAUSE);
