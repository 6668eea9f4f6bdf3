// Keeps what was typed over the end of a session: in this tab alone, and for the person who typed it alone.
// Passwords, codes, files and hidden fields are never kept.

import { isChanged, isChoice, setValue, valueOf } from "./fields.js";

const MARK = "draft:";
const FIELDS = "input, select, textarea";
const NEVER = ["password", "hidden", "file", "submit", "button", "image", "reset"];
const SECRET = /password|one-time-code|^cc-/;

export function keepDrafts(person) {
  const changed = [...document.querySelectorAll(FIELDS)].filter((field) => mayBeKept(field) && isChanged(field));
  if (!changed.length) return;
  const drafts = changed.map((field) => ({ ...placeOf(field), value: valueOf(field) }));
  try {
    sessionStorage.setItem(keyOf(person), JSON.stringify(drafts));
  } catch {
    // A browser that stores nothing for us, or nothing more, still shows what was typed.
  }
}

// Returns the fields of this page that were filled again. What others left in this tab is removed.
export function restoreDrafts(person) {
  forget((key) => !key.startsWith(`${MARK}${person}:`));
  const kept = JSON.parse(sessionStorage.getItem(keyOf(person)) ?? "[]");
  sessionStorage.removeItem(keyOf(person));
  const found = kept.map((draft) => [fieldAt(draft), draft.value]).filter(([field]) => field && mayBeKept(field));
  found.forEach(([field, value]) => setValue(field, value));
  return found.map(([field]) => field);
}

export function forgetDrafts() {
  forget(() => true);
}

function forget(which) {
  Object.keys(sessionStorage).filter((key) => key.startsWith(MARK) && which(key)).forEach((key) => sessionStorage.removeItem(key));
}

function keyOf(person) {
  return `${MARK}${person}:${location.pathname}`;
}

function mayBeKept(field) {
  return Boolean(field.name) && !NEVER.includes(field.type) && !SECRET.test(field.autocomplete) && !field.disabled;
}

// A field is found again by its form and name; choices share a name, and differ by their value.
function placeOf(field) {
  const place = { form: field.form?.getAttribute("action") ?? null, name: field.name, type: field.type };
  return isChoice(field) ? { ...place, choice: field.value } : place;
}

function fieldAt({ form, name, type, choice }) {
  const wanted = { form, name, type, ...(choice === undefined ? {} : { choice }) };
  return [...document.querySelectorAll(FIELDS)].find((field) => JSON.stringify(placeOf(field)) === JSON.stringify(wanted));
}
