// The portal does not answer, or the computer is offline: one banner says so, counts down to the next try and goes
// away by itself. What the page asks for by itself (polls) waits meanwhile, and what was to be shown is asked for
// again. Nothing that changes something is ever repeated: a person looks first, then presses again.

import { announce } from "./live.js";
import { AGAIN } from "./requests.js";

const WAITS = [2, 4, 8, 15, 30]; // seconds before each next try
const PATIENCE = { get: 10_000, other: 60_000 }; // milliseconds until a request counts as not answered
const NO_PORTAL = [502, 503, 504];

const banner = () => document.getElementById("connection");
const failed = new Map(); // What is to be asked for again: the element that asked → { path, target }.
let isDown = false;
let tries = 0;
let dueAt = 0;
let timer = null;

export function listenForConnection() {
  const on = (name, heard) => document.addEventListener(name, heard);
  on("htmx:configRequest", ({ detail }) => { detail.timeout = PATIENCE[detail.verb] ?? PATIENCE.other; });
  on("htmx:beforeRequest", holdPolls);
  on("htmx:sendError", ({ detail }) => noteFailure(detail));
  on("htmx:timeout", ({ detail }) => noteFailure(detail));
  on("htmx:beforeSwap", (event) => {
    if (!NO_PORTAL.includes(event.detail.xhr?.status)) return;
    event.preventDefault(); // The page keeps what it shows.
    noteFailure(event.detail);
  });
  on("htmx:afterRequest", ({ detail: { xhr } }) => { if (xhr.status && !NO_PORTAL.includes(xhr.status)) noteAnswer(); });
  document.addEventListener("submit", holdOffline, { capture: true });
  addEventListener("offline", noteDown);
  addEventListener("online", () => { if (isDown) tryAgain(); });
  banner()?.querySelector("button").addEventListener("click", tryAgain);
}

function holdPolls(event) {
  const { triggeringEvent, verb } = event.detail.requestConfig;
  if (!isDown || triggeringEvent || verb !== "get") return;
  event.preventDefault();
  remember(event.detail);
}

// The target is the one that was meant: htmx has turned a refusal towards #problem already.
function remember({ elt, requestConfig: { path, target } }) {
  failed.set(elt, { path, target });
}

function noteFailure(detail) {
  if (detail.requestConfig.verb === "get") remember(detail);
  else sayUncertain();
  noteDown();
}

// Whether a change has arrived cannot be known here.
function sayUncertain() {
  const words = document.getElementById("no-answer");
  const region = document.getElementById("problem");
  if (!words || !region) return;
  region.replaceChildren(words.content.cloneNode(true));
}

function noteDown() {
  if (!banner()) return;
  if (!isDown) announce(reason());
  isDown = true;
  banner().hidden = false;
  if (!timer) wait();
}

function noteAnswer() {
  if (!isDown) return;
  isDown = false;
  tries = 0;
  clearTimeout(timer);
  timer = null;
  if (banner().contains(document.activeElement)) document.getElementById("main")?.focus();
  banner().hidden = true;
  announce("The connection is back.");
  askAgain();
}

function wait() {
  dueAt = Date.now() + 1000 * WAITS[Math.min(tries, WAITS.length - 1)];
  tries += 1;
  count();
}

function count() {
  const left = Math.ceil((dueAt - Date.now()) / 1000);
  if (left <= 0) {
    tryAgain();
    return;
  }
  say(`${reason()} Trying again in ${left} s.`);
  timer = setTimeout(count, 1000);
}

function reason() {
  return navigator.onLine ? "The portal does not answer." : "You are offline.";
}

function say(sentence) {
  banner().querySelector("[data-sentence]").textContent = sentence;
}

function tryAgain() {
  clearTimeout(timer);
  timer = null;
  say(`${reason()} Trying again…`);
  if (!askAgain()) probe();
}

// Returns how many requests were sent. Each either brings an answer or is noted as failed anew.
function askAgain() {
  const requests = [...failed].filter(([elt]) => elt.isConnected);
  failed.clear();
  for (const [source, { path, target }] of requests) {
    window.htmx.ajax("GET", path, { source, target, event: new Event(AGAIN) }).catch(() => {});
  }
  return requests.length;
}

async function probe() {
  const answer = await fetch(banner().dataset.probe, { signal: AbortSignal.timeout(PATIENCE.get) }).catch(() => null);
  if (answer?.ok) noteAnswer();
  else noteDown();
}

// A page that is sent without a network would be lost to the browser's own error page, with what was typed.
function holdOffline(event) {
  if (navigator.onLine || !isDown || event.target.method === "dialog") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  announce("You are offline. Nothing was sent, and what you typed is still here.");
}
