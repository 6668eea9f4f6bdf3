// What a person has changed in the fields of a page, compared with what the server had written into them.

const CHOICES = ["checkbox", "radio"];

export function isChoice(field) {
  return CHOICES.includes(field.type);
}

export function isChanged(field) {
  if (field.localName === "select") return chosen(field).join() !== choiceOfServer(field).join();
  return isChoice(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

export function valueOf(field) {
  if (field.localName === "select") return chosen(field);
  return isChoice(field) ? field.checked : field.value;
}

// Says so by an event of its own: `change` would send forms that save by themselves.
export function setValue(field, value) {
  if (field.localName === "select") [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
  else if (isChoice(field)) field.checked = value;
  else field.value = value;
  field.dispatchEvent(new Event("restored", { bubbles: true }));
}

export function resetValue(field) {
  if (field.localName === "select") setValue(field, choiceOfServer(field));
  else setValue(field, isChoice(field) ? field.defaultChecked : field.defaultValue);
}

function chosen(select) {
  return [...select.selectedOptions].map((option) => option.value);
}

// Where the server chose nothing, a list that takes one choice shows its first.
function choiceOfServer(select) {
  const options = [...select.options];
  const marked = options.filter((option) => option.defaultSelected);
  if (select.multiple) return marked.map((option) => option.value);
  return (marked.length ? marked.slice(-1) : options.slice(0, 1)).map((option) => option.value);
}
