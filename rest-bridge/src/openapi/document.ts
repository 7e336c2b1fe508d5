import type { Endpoint } from "../endpoint.ts";
import { operationObject } from "./operation-object.ts";
import { componentSchemas, type JsonSchema } from "./schemas.ts";

const TAGS = [
  { name: "Ledger", description: "The books: transactions, entries, balances." },
  { name: "Analytics", description: "Words: categories, sentiment, expectations." },
  { name: "Metrics", description: "Numbers: figures and forecasts." },
] as const;

const SERVERS = [
  { url: "http://localhost:8000", description: "Every endpoint." },
  { url: "http://localhost:8001", description: "The Analytics endpoints alone." },
  { url: "http://localhost:8002", description: "The Metrics endpoints alone." },
] as const;

/** The OpenAPI 3.1 document of these endpoints, made from what they are checked by. */
export function openApiDocument(endpoints: readonly Endpoint[]): JsonSchema {
  const used = new Set(endpoints.map(({ docs }) => docs.tag));
  return {
    openapi: "3.1.0",
    info: {
      title: "AllFunds REST API",
      version: "1.0.0",
      summary: "The documented endpoints of AllFunds, each one a GraphQL operation.",
      description:
        "Amounts are decimal strings, ids are UUIDs in lower case, dates are calendar dates. Unknown fields and parameters are refused. Every refusal is application/problem+json with a stable `code`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: SERVERS,
    tags: TAGS.filter(({ name }) => used.has(name)),
    paths: paths(endpoints),
    components: { schemas: componentSchemas(endpoints) },
  };
}

function paths(endpoints: readonly Endpoint[]): JsonSchema {
  const found: Record<string, Record<string, JsonSchema>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    found[path] = { ...found[path], [endpoint.method.toLowerCase()]: operationObject(endpoint) };
  }
  return found;
}
