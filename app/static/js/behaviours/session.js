// Knows when this page's session ends: warns two minutes before, after asking the server, since another tab may have
// been used. At the end the page stays as it is, what was typed is kept (see drafts.js), and a dialog leads to signing
// in again. Other scripts that are answered with 401 dispatch `session-lost` on the document.

import { forgetDrafts, keepDrafts, restoreDrafts } from "../drafts.js";
import { resetValue } from "../fields.js";
import { announce } from "../live.js";

const WARN_AT = 120; // seconds before the end
const SPEAK_AT = [60, 30, 10];

export default function session(element) {
  const watch = new Session(element);
  return () => watch.leave();
}

class Session {
  constructor(element) {
    this.element = element;
    this.person = element.dataset.person;
    this.warning = element.querySelector("[data-warning]");
    this.ended = element.querySelector("[data-ended]");
    this.listening = new AbortController();
    this.tabs = new BroadcastChannel("session");
    this.tabs.onmessage = ({ data }) => this.hear(data);
    this.listen();
    this.giveBack(restoreDrafts(this.person));
    this.take({ seconds_left: Number(element.dataset.secondsLeft), lifetime_left: Number(element.dataset.lifetimeLeft) });
    this.tell();
    this.plan();
  }

  listen() {
    const { signal } = this.listening;
    const on = (name, heard, capture = false) => document.addEventListener(name, heard, { signal, capture });
    on("session-lost", () => this.end());
    on("htmx:beforeOnLoad", (event) => {
      if (event.detail.xhr.status !== 401) return;
      event.preventDefault(); // The page is not left: its HX-Redirect is for readers of a page without this module.
      this.end();
    });
    on("htmx:beforeRequest", (event) => { if (this.ended.open) event.preventDefault(); });
    on("visibilitychange", () => this.plan());
    on("submit", (event) => this.holdLate(event), true);
    on("submit", (event) => this.noteSignOut(event));
    this.element.querySelector("[data-stay]").addEventListener("click", () => this.stay(), { signal });
    this.warning.addEventListener("cancel", (event) => {
      event.preventDefault(); // Whoever presses Escape is there.
      if (this.canStay) this.stay();
    }, { signal });
    this.ended.addEventListener("close", () => this.ended.showModal(), { signal }); // Nothing behind it works any more.
  }

  leave() {
    clearTimeout(this.timer);
    this.listening.abort();
    this.tabs.close();
  }

  get left() {
    return Math.ceil((this.endsAt - Date.now()) / 1000);
  }

  get canStay() {
    return this.lifetimeEndsAt > this.endsAt;
  }

  take({ seconds_left: seconds, lifetime_left: lifetime }) {
    this.endsAt = Date.now() + seconds * 1000;
    this.lifetimeEndsAt = Date.now() + lifetime * 1000;
  }

  // Tabs of one browser share one session.
  tell(more = {}) {
    this.tabs.postMessage({ person: this.person, endsAt: this.endsAt, lifetimeEndsAt: this.lifetimeEndsAt, ...more });
  }

  hear({ person, endsAt, lifetimeEndsAt, signedOut }) {
    if (signedOut) this.end("signed-out", { keep: false });
    else if (person !== this.person) this.end("other");
    else if (this.ended.open) location.reload(); // Signed in again over there; what was typed comes back.
    else {
      Object.assign(this, { endsAt, lifetimeEndsAt });
      this.plan();
    }
  }

  plan() {
    clearTimeout(this.timer);
    if (this.ended.open) return;
    if (this.left <= WARN_AT) this.look();
    else {
      if (this.warning.open) this.warning.close();
      this.timer = setTimeout(() => this.look(), (this.left - WARN_AT) * 1000);
    }
  }

  // Asks without extending, then does what the time is for.
  async look() {
    clearTimeout(this.timer);
    if (!(await this.ask("GET"))) return;
    if (this.left > WARN_AT) this.plan();
    else if (this.left <= 0) this.end();
    else this.warn();
  }

  async stay() {
    const status = this.warning.querySelector("[role=status]");
    status.textContent = "";
    const before = this.endsAt;
    if (!(await this.ask("POST"))) return;
    if (this.endsAt <= before) status.textContent = "The portal does not answer. Try again.";
    this.tell();
    if (this.left > WARN_AT) announce("You stay signed in.");
    this.plan();
  }

  // Returns whether the session holds, as far as one can know; where nothing answers, our own clock is right.
  async ask(method) {
    const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const answer = await fetch(this.element.dataset.address, { method, headers }).catch(() => null);
    if (answer?.status === 401) return this.end();
    if (!answer?.ok) return true;
    const told = await answer.json();
    if (String(told.user) !== this.person) return this.end("other");
    this.take(told);
    return true;
  }

  warn() {
    if (this.warning.open) {
      this.count();
      return;
    }
    this.warning.querySelectorAll("[data-idle]").forEach((part) => { part.hidden = !this.canStay; });
    this.warning.querySelectorAll("[data-lifetime]").forEach((part) => { part.hidden = this.canStay; });
    this.warning.showModal();
    // Whoever is typing right now must not press "Sign out".
    this.warning.querySelector(this.canStay ? "[data-stay]" : "h2").focus();
    this.count();
  }

  count() {
    clearTimeout(this.timer);
    const { left } = this;
    if (left <= 0) {
      this.look();
      return;
    }
    this.warning.querySelector("[data-time-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (SPEAK_AT.includes(left)) this.warning.querySelector("[role=status]").textContent = `${left} seconds left`;
    this.timer = setTimeout(() => this.count(), 1000);
  }

  // Always returns false: nothing holds any more.
  end(why = "ended", { keep = true } = {}) {
    clearTimeout(this.timer);
    if (this.ended.open) return false;
    if (keep) keepDrafts(this.person);
    this.warning.close();
    this.ended.querySelectorAll("[data-why]").forEach((words) => { words.hidden = words.dataset.why !== why; });
    const again = this.ended.querySelector("a");
    again.href = `${again.pathname}?${new URLSearchParams({ next: location.pathname + location.search })}`;
    this.ended.showModal();
    return false;
  }

  // A computer that slept may wake long after the end, before any timer has run.
  holdLate(event) {
    if (this.left > 0 || this.element.contains(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.look();
  }

  noteSignOut(event) {
    if (event.defaultPrevented || event.target.getAttribute("action") !== this.element.dataset.signOut) return;
    forgetDrafts();
    this.tell({ signedOut: true });
  }

  giveBack(fields) {
    if (!fields.length) return;
    const notice = this.element.querySelector("template").content.firstElementChild.cloneNode(true);
    document.getElementById("problem").after(notice);
    announce("What you had typed is back.");
    notice.querySelector("button").addEventListener("click", () => {
      fields.forEach(resetValue);
      notice.remove();
      document.getElementById("main").focus();
    });
  }
}
