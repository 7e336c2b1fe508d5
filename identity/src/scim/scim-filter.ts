import { isObject, ScimRefusal, URNS, type Json, type JsonObject } from "./scim-message.ts";

/** Whether a resource, or a value of a list, is meant. */
export type Filter = (value: Json | undefined) => boolean;

const LONGEST_FILTER = 1_000;
const DEEPEST = 20;

/** Reads a filter of RFC 7644, section 3.4.2.2. Throws invalidFilter. */
export function readFilter(text: string): Filter {
  if (text.length > LONGEST_FILTER) throw invalid("it is too long");
  const reader = new FilterReader(text);
  const filter = reader.either(0);
  reader.end();
  return filter;
}

const invalid = (detail: string): ScimRefusal =>
  new ScimRefusal("invalidFilter", `The filter cannot be read: ${detail}.`);

/** The value of a top-level `attribute eq "value"` filter, which the database can look up. */
export function equalityOf(text: string, attribute: string): string | undefined {
  const found = /^\s*([\w:.]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(text);
  if (found?.[1]?.toLowerCase() !== attribute.toLowerCase()) return undefined;
  return JSON.parse(found[2] ?? '""') as string;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[()[\]]|[^\s()[\]"]+)/y;

class FilterReader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    let read = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      this.#tokens.push(match[1] ?? "");
      read = TOKEN.lastIndex;
    }
    if (text.slice(read).trim() !== "") throw invalid("a text has no end");
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw invalid(`${rest.slice(0, 40)} is not expected`);
  }

  /** `and` goes before `or`. */
  either(depth: number): Filter {
    if (depth > DEEPEST) throw invalid("it is nested too deeply");
    const parts = [this.#both(depth)];
    while (this.#takes("or")) parts.push(this.#both(depth));
    return (value) => parts.some((part) => part(value));
  }

  #both(depth: number): Filter {
    const parts = [this.#one(depth)];
    while (this.#takes("and")) parts.push(this.#one(depth));
    return (value) => parts.every((part) => part(value));
  }

  #one(depth: number): Filter {
    if (this.#takes("not")) {
      if (this.#tokens[this.#at] !== "(") throw invalid("not needs parentheses");
      const refused = this.#one(depth + 1);
      return (value) => !refused(value);
    }
    if (this.#takes("(")) return this.#until(")", depth);
    const path = this.#attribute();
    if (!this.#takes("[")) return this.#comparison(path);
    const inner = this.#until("]", depth);
    return (value) => valuesAt(value, path).some(inner);
  }

  #until(closing: string, depth: number): Filter {
    const filter = this.either(depth + 1);
    if (!this.#takes(closing)) throw invalid(`${closing} is missing`);
    return filter;
  }

  #comparison(path: readonly string[]): Filter {
    const operator = (this.#next() ?? "").toLowerCase();
    if (operator === "pr") return (value) => valuesAt(value, path).some(isPresent);
    const compare = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (compare === undefined) throw invalid("an operator is missing");
    const wanted = this.#literal();
    if (ORDERING.has(operator) && (typeof wanted === "boolean" || wanted === null)) {
      throw invalid(`${operator} compares texts and numbers`);
    }
    if (operator === "ne") {
      return (value) => !valuesAt(value, path).some((own) => isEqual(simple(own), wanted));
    }
    return (value) => valuesAt(value, path).some((own) => compare(simple(own), wanted));
  }

  #attribute(): string[] {
    const name = this.#next();
    if (name === undefined || !/^[a-z][\w:.$-]*$/i.test(name)) throw invalid("a name is missing");
    return attributePath(name);
  }

  #literal(): Json {
    const text = this.#next();
    try {
      const value = JSON.parse(text ?? "") as Json;
      if (typeof value !== "object" || value === null) return value;
    } catch {
      // No literal of JSON.
    }
    throw invalid("a value is missing");
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== token) return false;
    this.#at += 1;
    return true;
  }

  #next(): string | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }
}

/** The names on the way to an attribute; a schema's URN in front of it is left out, or is the first name of an extension. */
export function attributePath(name: string): string[] {
  const schema = [URNS.user, URNS.group, URNS.funds].find((urn) =>
    name.toLowerCase().startsWith(urn.toLowerCase()),
  );
  if (schema === undefined) return name.split(".");
  const rest = name.slice(schema.length).replace(/^:/, "").split(".").filter(Boolean);
  return schema === URNS.funds ? [schema, ...rest] : rest;
}

/** A member of an object, whose name is compared without regard to case (RFC 7643, section 2.1). */
export function memberName(object: JsonObject, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.keys(object).find((own) => own.toLowerCase() === wanted);
}

/** The values that a path leads to; through lists, of all their values. */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one: Json) => valuesAt(one, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (!isObject(value)) return [];
  const own = memberName(value, name);
  return own === undefined ? [] : valuesAt(value[own], rest);
}

/** A value of a list with sub-attributes is compared by its `value`. */
const simple = (value: Json): Json => (isObject(value) ? (value["value"] ?? null) : value);

const isPresent = (value: Json): boolean => value !== "" && value !== null;

type Compare = (own: Json, wanted: Json) => boolean;

const isEqual: Compare = (own, wanted) =>
  typeof own === "string" && typeof wanted === "string"
    ? own.toLowerCase() === wanted.toLowerCase()
    : own === wanted;

const ofTexts =
  (compare: (own: string, wanted: string) => boolean): Compare =>
  (own, wanted) =>
    typeof own === "string" &&
    typeof wanted === "string" &&
    compare(own.toLowerCase(), wanted.toLowerCase());

const ordered =
  (holds: (order: number) => boolean): Compare =>
  (own, wanted) => {
    if (typeof own === "number" && typeof wanted === "number") return holds(own - wanted);
    return ofTexts((one, other) => holds(one < other ? -1 : one > other ? 1 : 0))(own, wanted);
  };

const OPERATORS: Readonly<Record<string, Compare>> = {
  eq: isEqual,
  ne: isEqual,
  co: ofTexts((own, wanted) => own.includes(wanted)),
  sw: ofTexts((own, wanted) => own.startsWith(wanted)),
  ew: ofTexts((own, wanted) => own.endsWith(wanted)),
  gt: ordered((order) => order > 0),
  ge: ordered((order) => order >= 0),
  lt: ordered((order) => order < 0),
  le: ordered((order) => order <= 0),
};

const ORDERING = new Set(["gt", "ge", "lt", "le", "co", "sw", "ew"]);
