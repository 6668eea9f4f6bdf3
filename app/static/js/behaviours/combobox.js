// Puts a searchable ARIA 1.2 listbox combobox over the <select> inside the element. The select stays the field of the
// form: choosing sets it and dispatches `input` and `change` on it, and whoever changes it is shown in the box.
// Keys: arrows, Home and End move, typing filters, Enter and Tab choose, Escape restores what was chosen before.

import { announce } from "../live.js";
import { describe, drawOptions, dress, element, placePanel } from "../options.js";

const PAUSE = 400; // milliseconds without a key before the number of matches is spoken
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
let wasIn = null; // The id of the select whose box had the focus when a swap took it away.

export default function combobox(root) {
  const widget = new Combobox(root);
  return () => widget.leave();
}

class Combobox {
  constructor(root) {
    this.select = root.querySelector("select");
    const { id, className } = this.select;
    this.box = element("input", { type: "text", id: `${id}-box`, className: `${className} combobox-box`, autocomplete: "off", spellcheck: false });
    this.list = element("div", { id: `${id}-list`, role: "listbox" });
    this.none = element("p", { className: "combobox-none", textContent: "Nothing matches. Change what you typed." });
    this.panel = element("div", { className: "combobox-panel", hidden: true });
    this.panel.append(this.list, this.none);
    root.append(this.box, this.panel);
    this.listenToPerson();
    this.listenToSelect();
    this.show();
    if (wasIn === id && document.activeElement === document.body) this.box.focus();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  listenToPerson() {
    const { box, list } = this;
    const under = (event) => event.target.closest("[role=option]");
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("input", (event) => this.type(event));
    box.addEventListener("change", (event) => event.stopPropagation()); // Only the select's change counts.
    box.addEventListener("click", () => this.isOpen || this.open());
    box.addEventListener("focus", () => this.enter());
    box.addEventListener("blur", () => this.close());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // The focus stays in the box.
    list.addEventListener("click", (event) => under(event) && this.choose(under(event)));
    list.addEventListener("pointermove", (event) => under(event) && this.mark(under(event), false));
  }

  listenToSelect() {
    const { select } = this;
    for (const name of ["change", "restored"]) select.addEventListener(name, () => this.show());
    select.addEventListener("focus", () => this.box.focus()); // From its label, and from links to the field.
    this.reset = () => setTimeout(() => this.show());
    document.addEventListener("reset", this.reset);
    // A morph may bring other options, another choice or an error.
    this.watcher = new MutationObserver(() => this.show());
    this.watcher.observe(select, { attributes: true, childList: true, subtree: true, characterData: true });
  }

  // A box that is taken out of the page loses the focus too, but nobody has left it: the next one takes it back.
  enter() {
    wasIn = null;
    this.hasFocus = true;
    this.box.select();
    this.box.addEventListener("blur", () => {
      queueMicrotask(() => { this.hasFocus = !this.box.isConnected; });
    }, { once: true });
  }

  // Shows what the select holds, and says of the box what is said of the select.
  show() {
    dress(this.select);
    describe(this.box, this.list, this.select);
    if (!this.isOpen) this.box.value = this.select.selectedOptions[0]?.text.trim() ?? "";
  }

  press(event) {
    if (!this.takes(event)) return;
    event.preventDefault();
  }

  // Does what a key asks for, and tells whether the browser must not do more.
  takes({ key, altKey, shiftKey, ctrlKey, metaKey }) {
    if (key === "Tab") {
      if (this.isOpen) this.choose(this.active);
      return false;
    }
    if (shiftKey || ctrlKey || metaKey) return false;
    if (key === "Escape") return this.isOpen && this.restore();
    if (key === "Enter") return this.isOpen ? this.choose(this.active) : this.open();
    if (!(key in STEPS)) return false;
    if (this.isOpen) return altKey || this.move(STEPS[key]);
    return Math.abs(STEPS[key]) === 1 && this.open();
  }

  type(event) {
    event.stopPropagation();
    const found = this.open(this.box.value);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => announce(found === 1 ? "1 match" : `${found || "No"} matches`), PAUSE);
  }

  // Returns how many options there are to choose from.
  open(typed = "") {
    if (this.select.disabled) return 0;
    const options = drawOptions(this.list, this.select, typed);
    this.panel.hidden = false;
    this.list.hidden = !options.length;
    this.none.hidden = Boolean(options.length);
    this.box.setAttribute("aria-expanded", "true");
    placePanel(this.panel, this.box);
    const chosen = options.find((option) => option.getAttribute("aria-selected") === "true");
    this.mark((!typed && chosen) || options[0]);
    return options.length;
  }

  close() {
    clearTimeout(this.speaking);
    if (this.isOpen) {
      this.panel.hidden = true;
      this.box.setAttribute("aria-expanded", "false");
      this.mark(null);
      this.list.replaceChildren();
    }
    this.show();
    return true;
  }

  restore() {
    this.close();
    this.box.select();
    return true;
  }

  choose(option) {
    const { select } = this;
    const changed = option && option.dataset.value !== select.value;
    if (changed) select.value = option.dataset.value;
    this.restore();
    if (changed) for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, { bubbles: true }));
    return true;
  }

  move(by) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    const last = options.length - 1;
    const to = options.indexOf(this.active) + by;
    if (!Number.isFinite(by)) this.mark(options[by < 0 ? 0 : last]);
    else this.mark(options[to < 0 ? last : to % (last + 1)]);
    return true;
  }

  mark(option, scroll = true) {
    if (option === this.active) return;
    this.active?.classList.remove("is-active");
    this.active = option ?? null;
    this.box.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.classList.add("is-active");
    this.box.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }

  leave() {
    if (this.hasFocus) wasIn = this.select.id;
    clearTimeout(this.speaking);
    this.watcher.disconnect();
    document.removeEventListener("reset", this.reset);
  }
}

// What a behaviour has added to the page is not in the server's answer: a morph must leave it where it is.
const callbacks = window.Idiomorph?.defaults.callbacks;
if (callbacks) {
  const before = callbacks.beforeNodeRemoved;
  callbacks.beforeNodeRemoved = (node) => (node.dataset && "kept" in node.dataset ? false : before(node));
}
