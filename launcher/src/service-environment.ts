import { join } from "node:path";
import { MESH_HOST, type OwnMesh } from "./own-mesh.ts";
import type { Ports } from "./ports.ts";
import { isGiven, type StartSecrets } from "./start-secrets.ts";
import { databaseVariable } from "./services.ts";
import { SYSTEM_CLIENT_NAMES, systemClientsText } from "./system-clients.ts";

/** What a start has and its services need. */
export interface Surroundings {
  readonly root: string;
  readonly dataDir: string;
  readonly ports: Ports;
  readonly offset: number;
  readonly dev: boolean;
  readonly demo: boolean;
  /** Of the embedded server, by variable. */
  readonly databaseUrls: Readonly<Record<string, string>>;
  readonly secrets: StartSecrets;
  /** Services speak mutual TLS with it, and plain HTTP without. */
  readonly mesh?: OwnMesh | undefined;
  /** The launcher's own environment; a variable set there always wins. */
  readonly env: NodeJS.ProcessEnv;
}

// Passkeys and cookies belong to a host name, so what browsers open is not an IP address.
const inBrowsers = (port: number, isSecure: boolean): string =>
  `${isSecure ? "https" : "http"}://localhost:${port}`;
const base = (port: number, isSecure: boolean): string =>
  isSecure ? `https://${MESH_HOST}:${port}` : `http://127.0.0.1:${port}`;
/** Given to the launcher for all services; each of them gets its own. */
const OF_THE_LAUNCHER = new Set(["MESH_CERTIFICATES", "MESH_POLICY", "MESH_POLICY_FILE"]);

/** Secrets and the services that get them; every other service is started without. */
const PRIVATE: Readonly<Record<string, readonly string[]>> = {
  DATABASE_URL_LEDGER: ["ledger"],
  DATABASE_URLS_LEDGER: ["ledger"],
  DATABASE_URL_ANALYTICS: ["analytics"],
  DATABASE_URL_METRICS: ["metrics"],
  DATABASE_URL_IDENTITY: ["identity"],
  DATABASE_URL_WEB: ["web"],
  IDENTITY_COOKIE_KEYS: ["identity"],
  IDENTITY_ENCRYPTION_SECRET: ["identity"],
  WEB_CLIENT_SECRET: ["identity", "web"],
  WEB_SESSION_SECRET: ["web"],
  SYSTEM_CLIENTS: ["identity"],
  SYSTEM_CLIENT_ID: SYSTEM_CLIENT_NAMES,
  SYSTEM_CLIENT_SECRET: SYSTEM_CLIENT_NAMES,
  SMTP_URL: ["identity"],
  GEMINI_API_KEY: ["analytics"],
  EVENT_STREAMS_REDIS_URL: ["ledger"],
  EVENT_STREAMS_KAFKA_BROKERS: ["ledger"],
  EVENT_STREAMS_KAFKA_PASSWORD: ["ledger"],
};

/** The addresses of the issuer and the web app for browsers. */
export function publicAddresses(
  ports: Ports,
  env: NodeJS.ProcessEnv,
): { issuer: string; web: string } {
  const isSecure = Boolean(env["MESH_CERTIFICATES"]);
  return {
    issuer: env["IDENTITY_URL"] || inBrowsers(ports.IDENTITY_PORT, isSecure),
    web: env["WEB_URL"] || env["ORIGIN"] || inBrowsers(ports.WEB_PORT, isSecure),
  };
}

/** The environment in which a service is started. */
export function serviceEnvironment(service: string, around: Surroundings): NodeJS.ProcessEnv {
  const { env, offset } = around;
  const own = Object.entries({ ...variablesOfAll(around), ...variablesOf(service, around) });
  const added = own.filter(([name]) => OF_THE_LAUNCHER.has(name) || !isGiven(env, name));
  const given = Object.entries(env).filter(
    ([name, value]) => value !== "" && !OF_THE_LAUNCHER.has(name),
  );
  const allowed = [...added, ...given].filter(([name]) => mayHave(service, name));
  // The options of the command go before the variables that they replace.
  return {
    ...Object.fromEntries(allowed),
    ALLFUNDS_DATA: around.dataDir,
    PORT_OFFSET: String(offset),
  };
}

const mayHave = (service: string, variable: string): boolean =>
  PRIVATE[variable.replace(/_FILE$/, "")]?.includes(service) ?? true;

function variablesOfAll(around: Surroundings): Record<string, string> {
  const { root, ports, dev, env, mesh } = around;
  const { issuer, web } = publicAddresses(ports, env);
  const at = (port: number): string => base(port, mesh !== undefined);
  return {
    NODE_ENV: dev ? "development" : "production",
    LEDGER_URL: at(ports.LEDGER_PORT),
    ANALYTICS_URL: at(ports.ANALYTICS_PORT),
    METRICS_URL: at(ports.METRICS_PORT),
    IDENTITY_URL: at(ports.IDENTITY_PORT),
    GATEWAY_URL: at(ports.GATEWAY_PORT),
    WEB_URL: web,
    OIDC_ISSUER: issuer,
    // Compiled code is kept between starts.
    NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node-compile"),
    // By itself tsx reads only the service's own tsconfig, and the platform has decorators, too.
    ...(dev ? { TSX_TSCONFIG_PATH: join(root, "tsconfig.base.json") } : {}),
  };
}

function variablesOf(service: string, around: Surroundings): Record<string, string> {
  const { databaseUrls, dataDir, secrets, demo, ports, env, mesh } = around;
  const database = databaseUrls[databaseVariable(service)];
  const systemSecret = secrets.system[service];
  return {
    ...(database === undefined ? {} : { [databaseVariable(service)]: database }),
    ...(systemSecret === undefined
      ? {}
      : { SYSTEM_CLIENT_ID: service, SYSTEM_CLIENT_SECRET: systemSecret }),
    ...secrets.identity,
    ...(mesh === undefined
      ? {}
      : { MESH_CERTIFICATES: join(mesh.certificates, service), MESH_POLICY: mesh.policy }),
    ...(service === "gateway" ? { GATEWAY_USAGE_FILE: join(dataDir, "gateway-usage.json") } : {}),
    ...(service === "identity"
      ? {
          IDENTITY_URL: publicAddresses(ports, env).issuer,
          IDENTITY_DEMO: String(demo),
          // Who tries the demo copies codes from a terminal to a browser.
          ...(demo ? { TOTP_TOLERANCE_SECONDS: "30" } : {}),
          SYSTEM_CLIENTS: systemClientsText(secrets.system),
        }
      : {}),
  };
}
