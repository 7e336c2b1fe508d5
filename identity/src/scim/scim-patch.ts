import { attributePath, memberName, readFilter, type Filter } from "./scim-filter.ts";
import { isObject, ScimRefusal, URNS, type Json, type JsonObject } from "./scim-message.ts";

interface Operation {
  readonly op: "add" | "remove" | "replace";
  readonly path: string | undefined;
  readonly value: Json | undefined;
}

const MOST_OPERATIONS = 100;

/** The resource after the operations of a PATCH (RFC 7644, section 3.5.2). All of them apply, or it throws. */
export function patched(resource: JsonObject, body: unknown): JsonObject {
  return readOperations(body).reduce<JsonObject>(apply, resource);
}

function readOperations(body: unknown): Operation[] {
  if (!isObject(body)) throw new ScimRefusal("invalidSyntax", "The body must be an object.");
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.includes(URNS.patch)) {
    throw new ScimRefusal("invalidSyntax", `schemas must name ${URNS.patch}.`);
  }
  const sent = body["Operations"];
  if (!Array.isArray(sent) || sent.length === 0 || sent.length > MOST_OPERATIONS) {
    throw new ScimRefusal("invalidSyntax", `Send 1 to ${MOST_OPERATIONS} Operations.`);
  }
  return sent.map(readOperation);
}

function readOperation(sent: Json): Operation {
  if (!isObject(sent)) throw new ScimRefusal("invalidSyntax", "An operation must be an object.");
  const { op, path, value } = sent;
  // Some providers write "Add".
  const name = typeof op === "string" ? op.toLowerCase() : "";
  if (name !== "add" && name !== "remove" && name !== "replace") {
    throw new ScimRefusal("invalidSyntax", "op must be add, remove or replace.");
  }
  if (path !== undefined && typeof path !== "string") {
    throw new ScimRefusal("invalidPath", "path must be a text.");
  }
  if (name === "remove" && path === undefined) {
    throw new ScimRefusal("noTarget", "remove needs a path.");
  }
  if (name !== "remove" && value === undefined) {
    throw new ScimRefusal("invalidValue", `${name} needs a value.`);
  }
  return { op: name, path, value };
}

function apply(resource: JsonObject, operation: Operation): JsonObject {
  const { op, path, value } = operation;
  if (path !== undefined) return at(resource, readPath(path), operation);
  if (!isObject(value)) {
    throw new ScimRefusal("invalidValue", "Without a path the value must be an object.");
  }
  return Object.entries(value).reduce<JsonObject>(
    (changed, [name, member]) =>
      at(
        changed,
        { names: attributePath(name), filter: undefined, sub: undefined },
        {
          op,
          path: name,
          value: member,
        },
      ),
    resource,
  );
}

interface Path {
  readonly names: readonly string[];
  /** Which values of a list are meant. */
  readonly filter: Filter | undefined;
  /** A member of those values. */
  readonly sub: string | undefined;
}

function readPath(path: string): Path {
  const found = /^([a-z][\w:.$-]*)(?:\[(.*)\](?:\.([a-z]\w*))?)?$/i.exec(path);
  if (found === null) throw new ScimRefusal("invalidPath", "The path cannot be read.");
  const [, name = "", filter, sub] = found;
  return {
    names: attributePath(name),
    filter: filter === undefined ? undefined : readFilter(filter),
    sub,
  };
}

function at(object: JsonObject, path: Path, operation: Operation): JsonObject {
  const [name = "", ...rest] = path.names;
  if (name === "__proto__") throw new ScimRefusal("invalidPath", "The path cannot be read.");
  const own = memberName(object, name) ?? name;
  const before = object[own];
  if (rest.length > 0) {
    const inner = Array.isArray(before)
      ? before.map((one: Json) =>
          isObject(one) ? at(one, { ...path, names: rest }, operation) : one,
        )
      : at(isObject(before) ? before : {}, { ...path, names: rest }, operation);
    return { ...object, [own]: inner };
  }
  const after =
    path.filter === undefined
      ? whole(before, operation)
      : ofMatching(before, path.filter, path.sub, operation);
  if (after !== undefined) return { ...object, [own]: after };
  const { [own]: _removed, ...others } = object;
  return others;
}

/** What becomes of an attribute. `add` to a list appends what it does not have yet. */
function whole(before: Json | undefined, { op, value }: Operation): Json | undefined {
  // Some providers name the values to remove in `value`, as with members of a group.
  if (op === "remove") {
    if (value === undefined || !Array.isArray(before)) return undefined;
    const gone = listOf(value);
    return before.filter((one: Json) => !gone.some((other) => isSame(one, other)));
  }
  if (op === "add" && Array.isArray(before)) return appended(before, listOf(value ?? null));
  if (op === "add" && isObject(before) && isObject(value)) return { ...before, ...value };
  return value;
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]) as Json[];

const appended = (before: readonly Json[], added: readonly Json[]): Json[] => [
  ...before,
  ...added.filter((one) => !before.some((other) => isSame(one, other))),
];

/** The same value of a list: by its `value` where it has one. */
function isSame(one: Json, other: Json): boolean {
  const [left, right] = [one, other].map((each) => (isObject(each) ? each["value"] : each));
  return left !== undefined && left === right;
}

function ofMatching(
  before: Json | undefined,
  filter: Filter,
  sub: string | undefined,
  operation: Operation,
): Json | undefined {
  const list = (Array.isArray(before) ? before : []) as readonly Json[];
  if (!list.some(filter)) {
    if (operation.op === "remove") return before;
    throw new ScimRefusal("noTarget", "No value of the list matches the path.");
  }
  return list.flatMap((one): Json[] => {
    if (!filter(one)) return [one];
    if (sub !== undefined && isObject(one)) {
      const inner = { names: [sub], filter: undefined, sub: undefined };
      return [at(one, inner, operation)];
    }
    if (operation.op === "remove") return [];
    return [
      isObject(one) && isObject(operation.value)
        ? { ...one, ...operation.value }
        : (operation.value ?? null),
    ];
  });
}
