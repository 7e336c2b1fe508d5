import { alternativesOf, SCOPES } from "../endpoint/access.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { operationObject, SHARED_HEADERS } from "./operation-object.ts";
import { documentedSchemas } from "./related-components.ts";
import type { JsonSchema } from "./schemas.ts";
import { webhookObjects } from "./webhooks.ts";

/** Where the document is served. */
export const DOCUMENT_PATH = "/api/v1/openapi.json";

const TAGS = [
  { name: "Ledger", description: "The books: transactions, entries, balances." },
  { name: "Funds", description: "Fund administration: orders, register, portfolio, prices, NAVs." },
  { name: "Analytics", description: "Categories, sentiment and predictions." },
  { name: "Metrics", description: "Metrics and forecasts." },
  { name: "Jobs", description: "Work that outlives its request." },
  { name: "Webhooks", description: "Where events are sent to, and what came of it." },
] as const;

const serverAt = (port: number, description: string): JsonSchema => ({
  url: "{address}",
  description,
  variables: {
    address: {
      default: `http://localhost:${port}`,
      description: "Where it is reached; on this machine unless another is configured.",
    },
  },
});

const SERVERS = [
  serverAt(8000, "Every endpoint."),
  serverAt(8001, "Only the Analytics endpoints."),
  serverAt(8002, "Only the Metrics endpoints."),
];

/** The OpenAPI 3.1 document of these endpoints, made from the schemas that validate their requests. */
export function openApiDocument(endpoints: readonly Endpoint[], tokenUrl: string): JsonSchema {
  const used = new Set(endpoints.map(({ docs }) => docs.tag));
  return {
    openapi: "3.1.0",
    info: {
      title: "AllFunds REST API",
      version: "1.0.0",
      summary: "The documented endpoints of AllFunds, each one a GraphQL operation.",
      description:
        "Amounts are decimal strings, ids are UUIDs, dates are calendar dates. Unknown fields and parameters are refused. Every refusal is application/problem+json with a stable `code`. Every request carries an access token for the resource `urn:allfunds:graph`; what belongs to another tenant, or to a fund that was not granted to you, is refused as if it did not exist.",
      contact: { name: "The operator of this installation" },
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: SERVERS,
    tags: TAGS.filter(({ name }) => used.has(name)),
    paths: paths(endpoints),
    webhooks: webhookObjects(),
    components: {
      schemas: documentedSchemas(endpoints),
      headers: SHARED_HEADERS,
      securitySchemes: securitySchemes(endpoints, tokenUrl),
    },
  };
}

/** A client either gets its own token or already has one. */
function securitySchemes(endpoints: readonly Endpoint[], tokenUrl: string): JsonSchema {
  const used = new Set<string>(endpoints.flatMap(({ access }) => alternativesOf(access).flat()));
  const scopes = Object.fromEntries(Object.entries(SCOPES).filter(([scope]) => used.has(scope)));
  return {
    oauth2: {
      type: "oauth2",
      description:
        "For programs: a client id and secret, made by an administrator of the tenant. For users of an application that an administrator has registered: sign-in with PKCE.",
      flows: { clientCredentials: { tokenUrl, scopes }, ...signInFlow(tokenUrl, scopes) },
    },
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "An access token from any source.",
    },
  };
}

const TOKEN_PATH = "/oauth/token";

/** Sign-in of users, at the built-in issuer: where another has it, its own metadata states. */
function signInFlow(tokenUrl: string, scopes: Readonly<Record<string, string>>): JsonSchema {
  if (!tokenUrl.endsWith(TOKEN_PATH)) return {};
  const authorizationUrl = `${tokenUrl.slice(0, -TOKEN_PATH.length)}/oauth/authorize`;
  return { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes } };
}

function paths(endpoints: readonly Endpoint[]): JsonSchema {
  const found: Record<string, Record<string, JsonSchema>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    found[path] = {
      ...found[path],
      [endpoint.method.toLowerCase()]: operationObject(endpoint, endpoints),
    };
  }
  return found;
}
