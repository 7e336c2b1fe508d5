import { z } from "zod";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { problem } from "./problem-schema.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** How the document refers to a component. */
export const REF = "#/components/schemas/";

/** A schema as JSON Schema 2020-12. A schema with an id becomes a reference. */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, $defs: _defs, ...body } = convert(schema, io);
  const id = schema.meta()?.id;
  return id === undefined ? body : { $ref: REF + id };
}

/** Every schema with an id that the endpoints use, or that is given, by id. */
export function componentSchemas(
  endpoints: readonly Endpoint[],
  more: readonly z.ZodType[] = [],
): Record<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const collect = (schema: z.ZodType, io: "input" | "output"): void => {
    const { $defs = {}, $schema: _, id, ...body } = convert(schema, io);
    if (typeof id === "string") found.set(id, body);
    for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
      const { id: _id, ...rest } = definition;
      found.set(name, rest);
    }
  };
  collect(problem, "output");
  for (const schema of more) collect(schema, "output");
  for (const { body, docs } of endpoints) {
    if (body !== undefined) collect(body, "input");
    for (const { schema } of Object.values(docs.success)) collect(schema, "output");
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function convert(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const converted = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      // An answer may gain fields; a client must not break on them.
      if (io === "output" && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
    },
  });
  return JSON.parse(JSON.stringify(converted).replaceAll('"#/$defs/', `"${REF}`)) as Record<
    string,
    unknown
  >;
}
