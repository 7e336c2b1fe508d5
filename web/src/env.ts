import { defineEnvVars } from "@sveltejs/kit/env";

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
  PORT_OFFSET: { schema: optionalPort, description: "Moves every default port" },
});
