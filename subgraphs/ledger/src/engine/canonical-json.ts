import { hash as sha256 } from "node:crypto";

/**
 * One spelling of a JSON value, so that equal content has an equal hash: keys sorted by code unit,
 * no white space, numbers and strings as JSON.stringify writes them (the rules of RFC 8785).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? arrayJson(value) : objectJson(value as Record<string, unknown>);
}

// Loops and concatenation: every event passes here, and chains of array methods cost three times as much.
function arrayJson(items: readonly unknown[]): string {
  let text = "[";
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ",";
    text += canonicalJson(items[index]);
  }
  return `${text}]`;
}

function objectJson(value: Record<string, unknown>): string {
  let text = "{";
  for (const key of sortedKeys(value)) {
    const inner = value[key];
    if (inner === undefined) continue;
    text += `${text.length > 1 ? "," : ""}${JSON.stringify(key)}:${canonicalJson(inner)}`;
  }
  return `${text}}`;
}

/** Sorts in place: objects are small, and mostly in order or nearly so. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > 32) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] ?? "";
    let place = end;
    for (; place > 0 && (keys[place - 1] ?? "") > key; place -= 1) {
      keys[place] = keys[place - 1] ?? "";
    }
    keys[place] = key;
  }
  return keys;
}

/** A UUID that stands for a text: equal texts give equal UUIDs (version 8, from SHA-256). */
export function uuidOfText(text: string): string {
  const hex = sha256("sha256", text, "hex");
  // The two highest bits of this digit are the variant, 10.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What makes two requests the same, as hexadecimal text: the kind of command and all that the client sent. */
export const hashRequest = (kind: string, sent: unknown): string =>
  sha256("sha256", canonicalJson([kind, sent]), "hex");
