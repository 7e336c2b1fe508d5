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
