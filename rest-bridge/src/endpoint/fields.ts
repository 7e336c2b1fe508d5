import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { readParameters } from "./read-input.ts";

/** The parameter of every read that leaves parts of the answer out. */
export const fieldsParameter = z
  .string({ error: "must be names of fields" })
  .regex(/^[\w.]{1,100}(,[\w.]{1,100}){0,49}$/, "must be names of fields, separated by commas")
  .optional()
  .meta({
    description:
      "Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent.",
  });

/** Takes `fields` out of a query, which every read accepts. */
export function readFields(query: unknown): {
  readonly fields: string | undefined;
  readonly others: unknown;
} {
  const { fields, ...others } = query as Readonly<Record<string, unknown>>;
  const read = readParameters(
    z.strictObject({ fields: fieldsParameter }),
    fields === undefined ? {} : { fields },
  );
  return { fields: read.fields, others };
}

export const describe = (schema: z.ZodType): Described =>
  z.toJSONSchema(schema, { io: "output" }) as Described;

/** The wanted parts of an answer; a part without parts of its own is wanted whole. */
type Parts = Map<string, Parts>;

/** The fields of an answer that `fields` names. Throws INVALID_INPUT for a name that the answer never has. */
export function selectFields(body: object, fields: string, document: Described): object {
  const paths = fields.split(",").map((path) => path.split("."));
  const unknown = paths.find((path) => !isDescribed(document, path, document.$defs ?? {}));
  if (unknown !== undefined) {
    const message = `${unknown.join(".")} is not a field of the answer`;
    throw new AppError("INVALID_INPUT", `fields: ${message}`, {
      violations: [{ path: "fields", message }],
    });
  }
  return pick(body, partsOf(paths)) as object;
}

/** The parts of JSON Schema that answers are described with. */
export interface Described {
  readonly $ref?: string;
  readonly $defs?: Definitions;
  readonly anyOf?: readonly Described[];
  readonly oneOf?: readonly Described[];
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly additionalProperties?: boolean | Described;
}
type Definitions = Readonly<Record<string, Described>>;

function isDescribed(schema: Described, path: readonly string[], defs: Definitions): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const { $ref, anyOf = [], oneOf = [], items, properties = {}, additionalProperties } = schema;
  if ($ref !== undefined) {
    const definition = defs[$ref.replace("#/$defs/", "")];
    return definition !== undefined && isDescribed(definition, path, defs);
  }
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined && isDescribed(own, rest, defs)) return true;
  if (typeof additionalProperties === "object" && isDescribed(additionalProperties, rest, defs)) {
    return true;
  }
  return [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])].some((one) =>
    isDescribed(one, path, defs),
  );
}

function partsOf(paths: readonly (readonly string[])[]): Parts {
  const parts: Parts = new Map();
  for (const [name = "", ...rest] of paths) {
    const inner = parts.get(name);
    // What is wanted whole stays whole.
    if (inner?.size === 0) continue;
    if (rest.length === 0) parts.set(name, new Map());
    else parts.set(name, merged(inner ?? new Map(), partsOf([rest])));
  }
  return parts;
}

function merged(one: Parts, other: Parts): Parts {
  const both: Parts = new Map(one);
  for (const [name, parts] of other) {
    const present = both.get(name);
    const isWhole = present?.size === 0 || parts.size === 0;
    both.set(name, isWhole ? new Map() : merged(present ?? new Map(), parts));
  }
  return both;
}

function pick(value: unknown, parts: Parts): unknown {
  if (parts.size === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, parts));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const inner = parts.get(name);
      return inner === undefined ? [] : [[name, pick(part, inner)]];
    }),
  );
}
