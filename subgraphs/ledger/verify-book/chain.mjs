import { createHash } from "node:crypto";

export const GENESIS = "0".repeat(64);

/** One spelling of a JSON value: members sorted by code unit, no white space (RFC 8785). */
export function canonical(value) {
  // Payloads are exported in order, and then the built-in is right, and three times as fast.
  if (isSorted(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  let text = "";
  for (const name of Object.keys(value).sort()) {
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${canonical(value[name])}`;
  }
  return `{${text}}`;
}

function isSorted(value) {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before;
  for (const name of Object.keys(value)) {
    if (before !== undefined && name < before) return false;
    before = name;
    if (!isSorted(value[name])) return false;
  }
  return true;
}

/** The hash an event would have at a position behind a given hash. */
export function hashAt({ tenantId, bookId }, previous, position, { hash: _hash, ...event }) {
  return createHash("sha256")
    .update(previous, "hex")
    .update(canonical({ tenantId, bookId, ...event, position }))
    .digest("hex");
}

const fault = (position, kind, what) => ({ position, kind, what });

const reordered = (position, at) =>
  fault(position, "REORDERED", `the event that was recorded at ${position} stands at ${at}`);

/** Finds the event that belongs at the break, to name what was done there. Holds two events at most. */
export function nameBreak(book, position, previous, rest) {
  let suspect;
  let second;
  let place = position - 1;
  let shifted;
  for (const event of rest) {
    place += 1;
    if (suspect === undefined) {
      suspect = event;
      continue;
    }
    second ??= event;
    if (shifted === undefined) {
      const own = hashAt(book, previous, position, event);
      if (own !== event.hash && own !== suspect.hash) continue;
      if (place > position + 1) return reordered(position, place);
      shifted = { next: position + 1, hash: own };
    } else if (hashAt(book, shifted.hash, shifted.next, event) === event.hash) {
      shifted = { next: shifted.next + 1, hash: event.hash };
    } else {
      break;
    }
    const fit = hashAt(book, shifted.hash, shifted.next, suspect);
    if (fit === suspect.hash || fit === event.hash) return reordered(position, position + 1);
  }
  if (shifted !== undefined) {
    return fault(position, "INSERTED", `the event at ${position} was never recorded`);
  }
  if (suspect.position > position) {
    return fault(position, "MISSING", `event ${position} is gone`);
  }
  if (second !== undefined && hashAt(book, suspect.hash, position + 2, second) === second.hash) {
    const what = `event ${position} is gone and the later ones were moved down`;
    return fault(position, "MISSING", what);
  }
  return fault(position, "CHANGED", `the event at ${position}, or its hash, is not as recorded`);
}
