import { AppError } from "@allfunds/contract/errors";
import { isExactNumber, parseExactJson, parseUnroundedJson } from "./exact-json.ts";
import { hasBidirectionalControls } from "./text.ts";

type Parse = (text: string) => unknown;

const readNumbers: Parse = (text) =>
  parseUnroundedJson(text, (number) => {
    const shown = number.length > 40 ? `${number.slice(0, 40)}...` : number;
    throw malformed(`has the number ${shown}, which would lose digits; send it as a text`);
  });

/** The same; a number that a double would round keeps its digits. */
export const parseStrictExactJson: Parse = (text) => parseStrictJson(text, parseExactJson);

/** The escapes of bidirectional controls; see `hasBidirectionalControls`. */
const ESCAPED_CONTROLS = /\\u20(?:2[a-eA-E]|6[6-9])/;

/**
 * Parses JSON more strictly than JSON.parse. Repeated members, bidirectional controls and `__proto__` are
 * MALFORMED_BODY, because two readers could interpret them differently; so are numbers that would be rounded.
 */
export function parseStrictJson(text: string, parse: Parse = readNumbers): unknown {
  if (hasBidirectionalControls(text) || ESCAPED_CONTROLS.test(text)) {
    throw malformed(
      "contains bidirectional control characters (U+202A to U+202E, U+2066 to U+2069)",
    );
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw cause instanceof AppError ? cause : malformed("is not valid JSON", cause);
  }
  if (countMembers(value) !== countColons(text)) refuseRepeated(text);
  return value;
}

const malformed = (fault: string, cause?: unknown): AppError =>
  new AppError("MALFORMED_BODY", `The body ${fault}.`, { cause });

// More than any request needs, and too little to exhaust the stack of recursive readers.
const MAX_DEPTH = 256;

/** Members of all objects of a parsed value, each name counted once in its object. */
function countMembers(value: unknown, depth = 0): number {
  if (typeof value !== "object" || value === null || isExactNumber(value)) return 0;
  if (depth > MAX_DEPTH) throw malformed(`is nested more than ${MAX_DEPTH} levels deep`);
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item, depth + 1);
    return members;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (name === "__proto__") throw malformed('has a member named "__proto__"');
    members += 1 + countMembers(inner, depth + 1);
  }
  return members;
}

/** Colons outside of strings: one per written member. */
function countColons(json: string): number {
  let colons = 0;
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (unit === COLON) colons += 1;
    else if (unit === QUOTE) index = endOfString(json, index);
  }
  return colons;
}

const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The index of the closing quote of the string that begins at `start`, in valid JSON. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

/** Throws an error that names the first repeated member of an object. */
function refuseRepeated(json: string): never {
  const open: Set<string>[] = [];
  for (let index = 0; index < json.length; index += 1) {
    const unit = json[index];
    if (unit === "{") open.push(new Set());
    else if (unit === "[") open.push(new Set());
    else if (unit === "}" || unit === "]") open.pop();
    else if (unit === '"') {
      const end = endOfString(json, index);
      const name = json.slice(index, end + 1);
      index = end;
      if (!/^\s*:/.test(json.slice(end + 1, end + 1 + 64))) continue;
      const names = open.at(-1);
      const plain = JSON.parse(name) as string;
      if (names?.has(plain) === true)
        throw malformed(`has the member ${JSON.stringify(plain.slice(0, 80))} twice`);
      names?.add(plain);
    }
  }
  throw malformed("has a member twice");
}
