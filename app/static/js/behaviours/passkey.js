// A form that asks the browser for a passkey (WebAuthn) when it is sent: for a new one with `data-makes`, else for
// one that is there. The answer goes into its field “credential”, and the form goes on as any other.
// Where the browser cannot, a form that was hidden stays so.

const CANCELLED = "Nothing was done: the browser was not given a passkey. Try again, or use another way.";
const AGAIN = "This page was open for too long. Load it again.";
const HAS_ONE = "This device has a passkey for your account already.";

export default function passkey(form) {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  const field = form.elements.credential;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    try {
      field.value = JSON.stringify(await answered(form));
    } catch (problem) {
      tell(form, problem.name === "InvalidStateError" ? HAS_ONE : problem.words ?? CANCELLED);
      return;
    }
    form.requestSubmit();
  });
  // The Back button may bring the page back with what was used up.
  addEventListener("pageshow", () => { field.value = ""; });
}

async function answered(form) {
  const options = await asked(form);
  const given = "makes" in form.dataset
    ? await navigator.credentials.create({ publicKey: readable(options) })
    : await navigator.credentials.get({ publicKey: readable(options) });
  return written(given);
}

async function asked(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw Object.assign(new Error(AGAIN), { words: AGAIN });
  return answer.json();
}

function readable(options) {
  const listed = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
  };
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = Object.fromEntries(parts.filter((one) => response[one]).map((one) => [one, text(response[one])]));
  return { id, rawId: text(rawId), type, response: { ...said, transports: response.getTransports?.() ?? [] } };
}

function tell(form, words) {
  const place = form.querySelector("[data-problem]");
  place.textContent = words;
  place.hidden = false;
}

function bytes(text64) {
  const plain = atob(text64.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
