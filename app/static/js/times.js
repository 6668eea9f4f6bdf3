// Rewrites `<time datetime="…" data-local="datetime|date|time">` in the reader's zone. The server has written the
// same moment in UTC, with its zone, for readers without JavaScript; that stays as the tooltip.

const shapes = {
  datetime: { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
};

export function localise(root) {
  const found = root.matches?.("time[data-local]") ? [root] : root.querySelectorAll("time[data-local]");
  found.forEach(localiseOne);
}

function localiseOne(element) {
  const moment = new Date(element.dateTime);
  if (Number.isNaN(moment.valueOf())) return;
  const timeZone = document.documentElement.dataset.zone || undefined;
  const shape = { ...(shapes[element.dataset.local] ?? shapes.datetime) };
  if (shape.year && moment.getFullYear() === new Date().getFullYear()) delete shape.year;
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { ...shape, timeZone }).format(moment);
  if (element.textContent === words) return;
  element.title = element.title || element.textContent.trim();
  element.textContent = words;
}
