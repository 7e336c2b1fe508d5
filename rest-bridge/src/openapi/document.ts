import { SCOPES } from "../access/scopes.ts";
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
export function openApiDocument(endpoints: readonly Endpoint[], tokenUrl: string): JsonSchema {
  const used = new Set(endpoints.map(({ docs }) => docs.tag));
  return {
    openapi: "3.1.0",
    info: {
      title: "AllFunds REST API",
      version: "1.0.0",
      summary: "The documented endpoints of AllFunds, each one a GraphQL operation.",
      description:
        "Amounts are decimal strings, ids are UUIDs in lower case, dates are calendar dates. Unknown fields and parameters are refused. Every refusal is application/problem+json with a stable `code`. Every request carries an access token for the resource `urn:allfunds:graph`; another tenant's things, and funds that were not granted to you, look as if they did not exist.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: SERVERS,
    tags: TAGS.filter(({ name }) => used.has(name)),
    paths: paths(endpoints),
    components: {
      schemas: componentSchemas(endpoints),
      securitySchemes: securitySchemes(endpoints, tokenUrl),
    },
  };
}

/** Two ways to say the same: a client that gets its own token, and one that has been given one. */
function securitySchemes(endpoints: readonly Endpoint[], tokenUrl: string): JsonSchema {
  const used = new Set<string>(endpoints.flatMap(({ access }) => access.scopes));
  const scopes = Object.fromEntries(Object.entries(SCOPES).filter(([scope]) => used.has(scope)));
  return {
    oauth2: {
      type: "oauth2",
      description: "For programs: a client id and secret, made by an administrator of the tenant.",
      flows: { clientCredentials: { tokenUrl, scopes } },
    },
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "An access token, however it was got.",
    },
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
