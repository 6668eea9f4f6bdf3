// What a htmx request is: asked for by a person, or by the page itself.

// The event with which connection.js repeats a request that failed.
export const AGAIN = "again";

// Polls and `load` triggers come without an event; what is repeated for them counts as theirs.
export function isByItself({ requestConfig } = {}) {
  const cause = requestConfig?.triggeringEvent;
  return Boolean(requestConfig) && (!cause || cause.type === AGAIN);
}
