// The region of the toasts shows what the server asks for: HX-Trigger: {"toast": {"text": "Saved", "undo": "/address"}}.

import { toast } from "../toasts.js";

export default function toasts() {
  const show = ({ detail }) => toast(detail.text ?? detail.value, detail);
  document.addEventListener("toast", show);
  return () => document.removeEventListener("toast", show);
}
