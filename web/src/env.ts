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
    description: "The issuer for the sign-in, as browsers reach it",
  },
  OIDC_TOKEN_ENDPOINT: {
    schema: optionalUrl,
    description: "Token endpoint for this server; from the issuer's document when unset",
  },
  OIDC_JWKS_URI: {
    schema: optionalUrl,
    description: "Keys of the issuer for this server; from the issuer's document when unset",
  },
  GRAPH_AUDIENCE: {
    schema: optionalText,
    description: "The resource whose tokens the graph accepts; urn:allfunds:graph when unset",
  },
  WEB_CLIENT_ID: { schema: optionalText, description: "This app at the issuer; web when unset" },
  WEB_CLIENT_SECRET: { schema: optionalText, description: "This app's secret at the issuer" },
  WEB_SESSION_SECRET: {
    schema: optionalText,
    description: "Encrypts sessions in the database; the client secret when unset",
  },
  WEB_URL: {
    schema: optionalUrl,
    description: "This app's own address for browsers; localhost when unset",
  },
  WEB_PORT: { schema: optionalPort, description: "Port of this server; 3000 when unset" },
  DATABASE_URL_WEB: { schema: optionalText, description: "Database that keeps the sessions" },
  PORT_OFFSET: { schema: optionalPort, description: "Moves every default port" },
});
