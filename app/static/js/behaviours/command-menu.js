// The command menu: a dialog whose field asks the server, and whose answer is walked as a listbox without leaving the
// field. Arrows, Home and End move, Enter opens, Escape closes, and the browser gives the focus back. It is opened by
// whatever has `data-opens` with its id.

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export default function commandMenu(dialog) {
  const menu = new CommandMenu(dialog);
  const opens = (event) => {
    const opener = event.target.closest(`[data-opens="${dialog.id}"]`);
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    menu.open();
  };
  document.addEventListener("click", opens);
  return () => document.removeEventListener("click", opens);
}

class CommandMenu {
  constructor(dialog) {
    this.dialog = dialog;
    this.box = dialog.querySelector("input[type=search]");
    this.list = dialog.querySelector("[data-results]");
    this.none = dialog.querySelector("[data-none]");
    this.count = dialog.querySelector("[data-count]");
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) this.box.setAttribute(name, value);
    this.listen();
  }

  listen() {
    const { box, dialog, list } = this;
    const under = (event) => event.target.closest("[role=option]");
    box.addEventListener("keydown", (event) => this.press(event));
    dialog.addEventListener("htmx:afterSettle", () => this.dress()); // Settling writes attributes once more.
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    list.addEventListener("pointermove", (event) => under(event) && this.mark(under(event), false));
    // A link leads away by itself; a choice stays on the page, and the menu goes.
    list.addEventListener("submit", () => dialog.close());
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.box.focus();
    this.box.select();
    this.dress();
    window.htmx?.trigger(this.box, "ask");
  }

  // Says of the server's plain lists what they are here: options of one listbox, in groups.
  dress() {
    const { list, box } = this;
    const options = [...list.querySelectorAll("a, button")];
    options.forEach((option) => say(option, { role: "option", tabindex: "-1", "aria-selected": "false" }));
    list.querySelectorAll("li").forEach((item) => say(item, { role: "none" }));
    list.querySelectorAll("h2").forEach((heading) => {
      say(heading, { role: "presentation" });
      say(heading.nextElementSibling, { role: "group", "aria-labelledby": heading.id });
    });
    say(box, { "aria-expanded": String(options.length > 0) });
    if (options.length) say(list, { role: "listbox", "aria-label": "Found" });
    else for (const name of ["role", "aria-label"]) list.removeAttribute(name);
    this.none.hidden = options.length > 0;
    this.count.textContent = options.length === 1 ? "1 result" : `${options.length || "No"} results`;
    this.active = null;
    this.mark(options[0]);
  }

  press(event) {
    if (!this.dialog.open) return; // Where nothing had the focus before, it stays in here for a moment after closing.
    const { key } = event;
    if (key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault(); // The keys that opened it would open it again.
      this.dialog.close();
      return;
    }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (key === "Escape") this.dialog.close();
    else if (key === "Enter" && this.active) this.active.click();
    else if (key in STEPS) this.move(STEPS[key]);
    else return;
    event.preventDefault();
  }

  move(by) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    const last = options.length - 1;
    const to = options.indexOf(this.active) + by;
    if (!Number.isFinite(by)) this.mark(options[by < 0 ? 0 : last]);
    else this.mark(options[to < 0 ? last : to % (last + 1)]);
  }

  mark(option, scroll = true) {
    if (this.active) {
      this.active.classList.remove("is-active");
      this.active.setAttribute("aria-selected", "false");
    }
    this.active = option ?? null;
    this.box.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.classList.add("is-active");
    say(option, { "aria-selected": "true" });
    say(this.box, { "aria-activedescendant": option.id });
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }
}

function say(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element?.setAttribute(name, value);
}
