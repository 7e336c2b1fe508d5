import { z } from "zod";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Described } from "../endpoint/fields.ts";
import { RELATIONS } from "./relations.ts";

type Definitions = Readonly<Record<string, Described>>;

/** How JSON Schema refers to a definition, here and in the OpenAPI document. */
const nameOf = (schema: z.ZodType): string => String(schema.meta()?.id);

/** A schema of an answer, in which every object also has the things that its ids name. */
export function describeRelated(schema: z.ZodType): Described {
  const { $defs = {}, ...document } = z.toJSONSchema(schema, { io: "output" }) as Described;
  const related = Object.values(RELATIONS).map((relation) => relation.schema);
  const definitions: Record<string, Described> = { ...$defs };
  for (const one of related) {
    // A schema with a name is a reference to its own definition.
    const { $defs: named = {} } = z.toJSONSchema(one, { io: "output" }) as Described;
    Object.assign(definitions, named);
  }
  return {
    ...withRelated(document, referToDefinition),
    $defs: Object.fromEntries(
      Object.entries(definitions).map(([name, body]) => [
        name,
        withRelated(body, referToDefinition),
      ]),
    ),
  };
}

const referToDefinition = (name: string): Described => ({ $ref: `#/$defs/${name}` });

type ReferTo = (name: string) => object;

/** A copy of a schema in which objects with an id of a thing also have the thing. */
export function withRelated<Schema>(schema: Schema, referTo: ReferTo): Schema {
  if (Array.isArray(schema)) return schema.map((one) => withRelated(one, referTo)) as Schema;
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, inner]: [string, unknown]) => [
      name,
      withRelated(inner, referTo),
    ]),
  ) as Record<string, unknown>;
  const properties = copy["properties"] as Record<string, object> | undefined;
  if (copy["type"] !== "object" || properties === undefined) return copy as Schema;
  const added = Object.entries(RELATIONS).filter(
    ([name, { idMember }]) =>
      Object.hasOwn(properties, idMember) && !Object.hasOwn(properties, name),
  );
  const related = added.map(([name, relation]) => [
    name,
    {
      anyOf: [referTo(nameOf(relation.schema)), { type: "null" }],
      description: `Only with \`expand\`: what ${relation.idMember} names.`,
    },
  ]);
  return { ...copy, properties: { ...properties, ...Object.fromEntries(related) } } as Schema;
}

/** The schemas of related things, for the OpenAPI document. */
export const relatedSchemas = (): readonly z.ZodType[] => [
  ...new Set(Object.values(RELATIONS).map(({ schema }) => schema)),
];

/** Whether a path of names leads to something in an answer. */
export function leadsSomewhere(document: Described, path: readonly string[]): boolean {
  return follow(document, path, document.$defs ?? {});
}

function follow(schema: Described, path: readonly string[], defs: Definitions): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const { $ref, anyOf = [], oneOf = [], items, properties = {} } = schema;
  const definition = $ref === undefined ? undefined : defs[$ref.replace("#/$defs/", "")];
  if (definition !== undefined) return follow(definition, path, defs);
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined && follow(own, rest, defs)) return true;
  return [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])].some((one) =>
    follow(one, path, defs),
  );
}

/** Whether anything in the endpoint's answers has an id of a thing. */
export const hasRelated = ({ docs }: Pick<Endpoint, "docs">): boolean => {
  const texts = Object.values(docs.success).map(({ schema }) =>
    JSON.stringify(z.toJSONSchema(schema, { io: "output" })),
  );
  return Object.values(RELATIONS).some(({ idMember }) =>
    texts.some((text) => text.includes(`"${idMember}":{`)),
  );
};
