import { defineEnvVars } from "@sveltejs/kit/env";

function optionalText(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function optionalUrl(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error("must be an http or https URL");
  }
  return url.href.replace(/\/+$/, "");
}

function optionalPort(value: string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error("must be a whole number between 0 and 65535");
  }
  return port;
}

export const variables = defineEnvVars({
  GATEWAY_URL: {
    schema: optionalUrl,
    description: "Base URL of the gateway as this server reaches it, without /graphql",
  },
  GATEWAY_PUBLIC_URL: {
    schema: optionalUrl,
    description: "Base URL of the gateway as browsers reach it; derived when unset",
  },
  GATEWAY_PORT: {
    schema: optionalPort,
    description: "Port of a gateway on this machine; 4000 when unset",
  },
  IDENTITY_URL: {
    schema: optionalUrl,
    description: "Base URL of identity as this server reaches it; the issuer when unset",
  },
  OIDC_ISSUER: {
    schema: optionalUrl,
    description: "The issuer people sign in at, as browsers know it",
  },
  OIDC_TOKEN_ENDPOINT: {
    schema: optionalUrl,
    description: "Where this server finds the token endpoint; where the issuer says when unset",
  },
  OIDC_JWKS_URI: {
    schema: optionalUrl,
    description: "Where this server finds the issuer's keys; where the issuer says when unset",
  },
  GRAPH_AUDIENCE: {
    schema: optionalText,
    description: "The resource whose tokens the graph takes; urn:allfunds:graph when unset",
  },
  WEB_CLIENT_ID: { schema: optionalText, description: "This app at the issuer; web when unset" },
  WEB_CLIENT_SECRET: { schema: optionalText, description: "This app's secret at the issuer" },
  WEB_SESSION_SECRET: {
    schema: optionalText,
    description: "Seals sessions in the database; made from the client secret when unset",
  },
  WEB_URL: {
    schema: optionalUrl,
    description: "This app's own address as browsers know it; localhost when unset",
  },
  WEB_PORT: { schema: optionalPort, description: "Port of this server; 3000 when unset" },
  DATABASE_URL_WEB: { schema: optionalText, description: "Database that keeps the sessions" },
  PORT_OFFSET: { schema: optionalPort, description: "Moves every default port" },
});
