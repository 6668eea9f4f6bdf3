// The switch for colors and density: when the server's answer brings it back, its choice is put on the whole page,
// so that nothing that was typed is lost to a reload.

export default function look(form) {
  const page = document.documentElement.dataset;
  page.theme = form.dataset.lookTheme;
  page.density = form.dataset.lookDensity;
}
