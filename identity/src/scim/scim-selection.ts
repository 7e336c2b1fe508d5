import { attributePath, memberName } from "./scim-filter.ts";
import { isObject, type Json, type JsonObject } from "./scim-message.ts";

/** What every answer has, whatever a client selects. */
const ALWAYS = ["schemas", "id", "meta"];

/** The attributes of a resource that `attributes` or `excludedAttributes` leaves (RFC 7644, section 3.9). */
export function selected(
  resource: JsonObject,
  query: Readonly<Record<string, unknown>>,
): JsonObject {
  const only = namesIn(query["attributes"]);
  if (only.length > 0) {
    const kept = only.reduce<JsonObject>((part, path) => withPath(part, resource, path), {});
    const always = ALWAYS.flatMap((name) =>
      resource[name] === undefined ? [] : [[name, resource[name]] as const],
    );
    return { ...Object.fromEntries(always), ...kept };
  }
  return namesIn(query["excludedAttributes"]).reduce<JsonObject>(withoutPath, resource);
}

const namesIn = (sent: unknown): string[][] =>
  typeof sent === "string" && sent !== ""
    ? sent.split(",").map((name) => attributePath(name.trim()))
    : [];

function withPath(part: JsonObject, from: JsonObject, [name = "", ...rest]: string[]): JsonObject {
  const own = memberName(from, name);
  if (own === undefined) return part;
  const value = from[own];
  return { ...part, [own]: rest.length === 0 ? value : innerPart(part[own], value, rest) };
}

function innerPart(part: Json | undefined, value: Json | undefined, rest: string[]): Json {
  if (Array.isArray(value)) {
    return value.map((one: Json, index) =>
      innerPart(Array.isArray(part) ? (part[index] as Json) : undefined, one, rest),
    );
  }
  if (!isObject(value)) return value ?? null;
  return withPath(isObject(part) ? part : {}, value, rest);
}

function withoutPath(resource: JsonObject, [name = "", ...rest]: string[]): JsonObject {
  const own = memberName(resource, name);
  if (own === undefined || ALWAYS.includes(own)) return resource;
  const value = resource[own];
  if (rest.length > 0) {
    const inner = Array.isArray(value)
      ? value.map((one: Json) => (isObject(one) ? withoutPath(one, rest) : one))
      : isObject(value)
        ? withoutPath(value, rest)
        : value;
    return { ...resource, [own]: inner };
  }
  const { [own]: _left, ...others } = resource;
  return others;
}
