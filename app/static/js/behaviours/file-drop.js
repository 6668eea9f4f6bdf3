// Lets a file be dropped anywhere on the label around a native file input, and names the chosen file.

export default function fileDrop(label) {
  const input = label.querySelector("input[type=file]");
  const named = label.querySelector("[data-chosen]");
  const over = (state) => label.classList.toggle("is-over", state);
  label.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  label.addEventListener("dragleave", (event) => { if (!label.contains(event.relatedTarget)) over(false); });
  label.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (named && file) named.textContent = `${file.name} (${inWords(file.size)})`;
  });
}

export function inWords(bytes) {
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.ceil(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
