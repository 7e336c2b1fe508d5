import type { JsonSchema } from "../openapi/schemas.ts";

/** The parts of an OpenAPI document that a typed client is made from. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

const JSON_TYPE = "application/json";
const HEADER =
  "/** Made from the OpenAPI document of the REST bridge; `npm run fix` writes it. */\n";

/** TypeScript with the types of every schema and operation of a document, and the routes of the operations. */
export function clientSource({ paths, components }: Document): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const types = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema["description"])}export type ${name} = ${typeOf(schema)};`,
  );
  const shapes = operations.map(({ operation }) => shapeOf(operation));
  const routes = operations.map(({ path, method, operation }) => routeOf(path, method, operation));
  return [
    HEADER,
    ...types,
    `export interface Operations {\n${shapes.join("\n")}\n}`,
    `export const ROUTES = {\n${routes.join("\n")}\n} as const;`,
    "",
  ].join("\n");
}

function shapeOf(operation: Operation): string {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const sent = parameters
    .filter(({ in: where }) => where === "path" || where === "query")
    .map(({ name, required, schema, description }) => member(name, schema, required, description));
  if (requestBody !== undefined) {
    const { required, content } = requestBody;
    sent.push(`body${required ? "" : "?"}: ${typeOf(content[JSON_TYPE]?.schema ?? {})};`);
  }
  const answers = Object.entries(responses).flatMap(([status, { content }]) => {
    const schema = content?.[JSON_TYPE]?.schema;
    return Number(status) < 300 && schema !== undefined
      ? [`{ status: ${status}; body: ${typeOf(schema)}; headers: Headers }`]
      : [];
  });
  return `${comment(summary)}${operationId}: { input: { ${sent.join(" ")} }; answer: ${answers.join(" | ")} };`;
}

function routeOf(path: string, method: string, { operationId, parameters }: Operation): string {
  const query = parameters.filter(({ in: where }) => where === "query").map(({ name }) => name);
  return `${operationId}: { method: "${method.toUpperCase()}", path: ${JSON.stringify(path)}, query: ${JSON.stringify(query)} },`;
}

const member = (name: string, schema: JsonSchema, required: boolean, text?: unknown): string =>
  `${comment(text ?? schema["description"])}${JSON.stringify(name)}${required ? "" : "?"}: ${typeOf(schema)};`;

const comment = (text: unknown): string =>
  typeof text === "string" ? `\n/** ${text.replaceAll("*/", "*\\/")} */\n` : "";

/** A JSON Schema as the TypeScript type of the values that it allows. */
export function typeOf(schema: JsonSchema): string {
  const { $ref, anyOf, oneOf, enum: values, type } = schema;
  if (typeof $ref === "string") return $ref.split("/").at(-1) ?? "unknown";
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) return unionOf(either.map((one: JsonSchema) => typeOf(one)));
  if (Array.isArray(type)) return unionOf(type.map((one) => typeOf({ ...schema, type: one })));
  return SCALARS[String(type)] ?? compoundOf(schema);
}

const SCALARS: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(" | ");

function compoundOf(schema: JsonSchema): string {
  const { items, properties, required = [], additionalProperties } = schema;
  if (schema["type"] === "array") return `Array<${typeOf((items ?? {}) as JsonSchema)}>`;
  if (properties !== undefined) {
    const members = Object.entries(properties as Record<string, JsonSchema>).map(([name, one]) =>
      member(name, one, (required as readonly string[]).includes(name)),
    );
    return `{ ${members.join(" ")} }`;
  }
  if (schema["type"] !== "object") return "unknown";
  const of = typeof additionalProperties === "object" ? additionalProperties : {};
  return `Record<string, ${typeOf(of as JsonSchema)}>`;
}
