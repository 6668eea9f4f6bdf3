// A form that was kept while its writer proved who they are: it goes on by itself. Without scripts, by its button.

export default function sendOn(form) {
  form.requestSubmit();
}
