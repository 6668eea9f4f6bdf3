// The switch for colors and density: the server's answer says what holds now, and it is put on the page as it stands,
// so that nothing that was typed is lost to a reload.

export default function look(form) {
  form.addEventListener("look", ({ detail: { theme, density } }) => {
    Object.assign(document.documentElement.dataset, { theme, density });
  });
}
