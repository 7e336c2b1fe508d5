import type { Endpoint } from "../endpoint/endpoint.ts";
import { relatedSchemas, withRelated } from "../related/described.ts";
import { componentSchemas, REF, toJsonSchema, type JsonSchema } from "./schemas.ts";

type Components = Readonly<Record<string, JsonSchema>>;

const takesExpand = ({ query }: Endpoint): boolean =>
  query !== undefined && Object.hasOwn(query.shape, "expand");

/** The components of the document; answers that can be expanded also have what their ids name. */
export function documentedSchemas(endpoints: readonly Endpoint[]): Components {
  const expandable = endpoints.filter(takesExpand);
  if (expandable.length === 0) return componentSchemas(endpoints);
  const related = relatedSchemas();
  const components = componentSchemas(endpoints, related);
  const answers = [
    ...related.map((schema) => toJsonSchema(schema, "output")),
    ...expandable.flatMap(({ docs }) =>
      Object.values(docs.success).map(({ schema }) => toJsonSchema(schema, "output")),
    ),
  ];
  const reached = reachedFrom(answers, components);
  return Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [
      name,
      reached.has(name) ? withRelated(schema, (to) => ({ $ref: REF + to })) : schema,
    ]),
  );
}

const REFERENCE = new RegExp(`"${REF}([A-Za-z]+)"`, "g");

/** The components that schemas refer to, directly and through others. */
function reachedFrom(schemas: readonly JsonSchema[], components: Components): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (schema: JsonSchema | undefined): void => {
    for (const [, name = ""] of JSON.stringify(schema ?? {}).matchAll(REFERENCE)) {
      if (reached.has(name)) continue;
      reached.add(name);
      visit(components[name]);
    }
  };
  for (const schema of schemas) visit(schema);
  return reached;
}
