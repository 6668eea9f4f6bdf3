// The parts of a combobox that hold no state: the options of a <select>, filtered and drawn as a listbox in their
// groups, and what the select says of itself, said of the box.

export function element(tag, { role, ...properties }) {
  const made = Object.assign(document.createElement(tag), properties);
  if (role) made.setAttribute("role", role);
  made.dataset.kept = ""; // Not from the server: a morph leaves it where it is.
  return made;
}

// Draws the options that match into the list, and returns what it drew.
export function drawOptions(list, select, typed) {
  const groups = new Map([[null, list]]);
  list.replaceChildren();
  return matching(select, typed).map((option) => {
    const group = groupOf(option);
    if (!groups.has(group)) groups.set(group, list.appendChild(drawGroup(list, group, groups.size)));
    return groups.get(group).appendChild(drawOption(option, `${list.id}-${option.index}`));
  });
}

// Above the box where there is no room below it.
export function placePanel(panel, box) {
  const { top, bottom } = box.getBoundingClientRect();
  const below = innerHeight - bottom;
  panel.classList.toggle("is-above", below < panel.offsetHeight + 8 && top > below);
}

export function describe(box, list, select) {
  const [label] = select.labels;
  if (label) {
    label.id ||= `${select.id}-label`;
    list.setAttribute("aria-labelledby", label.id);
  }
  box.disabled = select.disabled;
  const said = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": box.getAttribute("aria-expanded") ?? "false",
    "aria-labelledby": label?.id,
    "aria-label": label ? null : select.getAttribute("aria-label"),
    "aria-describedby": select.getAttribute("aria-describedby"),
    "aria-invalid": select.getAttribute("aria-invalid"),
    "aria-required": select.required ? "true" : null,
  };
  for (const [name, value] of Object.entries(said)) {
    if (value) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

// The select is out of the tab order and hidden from screen readers; where a morph has undone that, it is done again.
export function dress(select) {
  if (select.tabIndex !== -1) select.tabIndex = -1;
  if (select.getAttribute("aria-hidden") !== "true") select.setAttribute("aria-hidden", "true");
}

// Options whose words, with those of their group, contain every word that was typed.
function matching(select, typed) {
  const wanted = fold(typed).split(/\s+/).filter(Boolean);
  return [...select.options].filter((option) => {
    const said = fold(`${option.text} ${groupOf(option)?.label ?? ""}`);
    return !option.disabled && !option.hidden && wanted.every((word) => said.includes(word));
  });
}

function drawGroup(list, group, number) {
  const drawn = document.createElement("div");
  const id = `${list.id}-group-${number}`;
  drawn.setAttribute("role", "group");
  drawn.setAttribute("aria-labelledby", id);
  drawn.append(Object.assign(document.createElement("div"), { id, className: "combobox-group", textContent: group.label }));
  drawn.firstChild.setAttribute("role", "presentation");
  return drawn;
}

function drawOption(option, id) {
  const drawn = Object.assign(document.createElement("div"), { id, className: "combobox-option", textContent: option.text });
  drawn.setAttribute("role", "option");
  drawn.setAttribute("aria-selected", String(option.selected));
  drawn.dataset.value = option.value;
  if (option.dataset.hint) {
    drawn.append(Object.assign(document.createElement("span"), { className: "combobox-why", textContent: option.dataset.hint }));
  }
  return drawn;
}

function groupOf(option) {
  return option.parentElement.tagName === "OPTGROUP" ? option.parentElement : null;
}

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
