import { fileURLToPath } from "node:url";
import { authenticationShape, type AuthenticationConfig } from "@allfunds/platform/auth";
import {
  ConfigError,
  databaseUrl,
  loadConfig,
  port,
  secret,
  type CommonConfig,
} from "@allfunds/platform/config";
import { z } from "zod";
import { SYSTEM_SCOPES } from "@allfunds/contract/scopes";
import { readLocalSecrets } from "./local-secrets.ts";

const flag = () => z.enum(["true", "false", "1", "0"]).transform((v) => v === "true" || v === "1");

const systemClients = z.array(
  z.strictObject({
    id: z.string().min(1),
    secret: z.string().min(32),
    scopes: z.array(z.enum(SYSTEM_SCOPES)),
  }),
);
type SystemClient = z.output<typeof systemClients>[number];

/** Parsed from JSON, so that services can be added without a variable each. */
const systemClientsText = () =>
  secret().transform((text, context): SystemClient[] => {
    try {
      return systemClients.parse(JSON.parse(text));
    } catch {
      context.addIssue({
        code: "custom",
        message: 'must be JSON: [{"id", "secret" of 32 characters or more, "scopes"}]',
      });
      return z.NEVER;
    }
  });

/** Beside the packages, wherever the command was given. */
const dataDir = () => z.string().default(fileURLToPath(new URL("../../.data", import.meta.url)));

const shape = {
  ...authenticationShape,
  IDENTITY_PORT: port(4100),
  DATABASE_URL_IDENTITY: databaseUrl(),
  /** The issuer: the address browsers use. */
  IDENTITY_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The address of the web app as browsers know it. */
  WEB_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where this server reaches the web app, where that is not the address browsers know. */
  WEB_INTERNAL_URL: z.url({ protocol: /^https?$/ }).optional(),
  IDENTITY_COOKIE_KEYS: secret().optional(),
  IDENTITY_ENCRYPTION_SECRET: secret().optional(),
  WEB_CLIENT_SECRET: secret().optional(),
  SYSTEM_CLIENTS: systemClientsText().default([]),
  SMTP_URL: secret().optional(),
  MAIL_FROM: z.string().default("AllFunds <no-reply@localhost>"),
  /** How long a new signing key is published before it signs; verifiers keep keys for five minutes. */
  IDENTITY_KEY_LEAD_SECONDS: z.coerce.number().int().min(600).default(900),
  IDENTITY_DEMO: flag().default(false),
  ALLFUNDS_DATA: dataDir(),
};

export interface IdentityConfig extends CommonConfig {
  readonly port: number;
  readonly databaseUrl: string;
  readonly issuer: string;
  readonly webUrl: string;
  /** Where the web app is told of a sign-out. */
  readonly webInternalUrl: string;
  readonly audience: string;
  /** Newest first: the first signs, the others still verify. */
  readonly cookieKeys: readonly string[];
  readonly encryptionSecret: string;
  readonly webClientSecret: string;
  readonly systemClients: readonly SystemClient[];
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Whose X-Forwarded-For is believed: the gateway's, and that of a proxy before the pages. */
  readonly trustedProxies: readonly string[];
  readonly keyLeadSeconds: number;
  readonly demo: boolean;
  readonly dataDir: string;
  /** Another issuer whose tokens open the graph instead of this one's own. */
  readonly externalIssuer: AuthenticationConfig | undefined;
}

const SHORTEST_SECRET = 32;

/**
 * The service's environment, read once. In production every secret must be given; on a developer's
 * machine, and for the demo, those that are absent are made once and kept in the data directory.
 */
export function readConfig(env?: NodeJS.ProcessEnv): IdentityConfig {
  const read = loadConfig("identity", shape, env);
  const strict = read.NODE_ENV === "production" && !read.IDENTITY_DEMO;
  const given = {
    IDENTITY_COOKIE_KEYS: read.IDENTITY_COOKIE_KEYS,
    IDENTITY_ENCRYPTION_SECRET: read.IDENTITY_ENCRYPTION_SECRET,
    WEB_CLIENT_SECRET: read.WEB_CLIENT_SECRET,
  };
  if (strict) refuseMissing(given);
  refuseShort(given);
  const issuer = withoutSlash(read.IDENTITY_URL ?? `http://localhost:${read.IDENTITY_PORT}`);
  const secrets = { ...readLocalSecrets(strict ? undefined : read.ALLFUNDS_DATA, given) };
  const webUrl = withoutSlash(read.WEB_URL ?? `http://localhost:${3000 + read.PORT_OFFSET}`);
  return Object.freeze({
    HOST: read.HOST,
    PORT_OFFSET: read.PORT_OFFSET,
    LOG_LEVEL: read.LOG_LEVEL,
    port: read.IDENTITY_PORT,
    databaseUrl: read.DATABASE_URL_IDENTITY,
    issuer,
    webUrl,
    webInternalUrl: withoutSlash(read.WEB_INTERNAL_URL ?? webUrl),
    audience: read.GRAPH_AUDIENCE,
    cookieKeys: secrets.IDENTITY_COOKIE_KEYS.split(","),
    encryptionSecret: secrets.IDENTITY_ENCRYPTION_SECRET,
    webClientSecret: secrets.WEB_CLIENT_SECRET,
    systemClients: read.SYSTEM_CLIENTS,
    smtpUrl: read.SMTP_URL,
    mailFrom: read.MAIL_FROM,
    trustedProxies: read.TRUSTED_PROXIES,
    keyLeadSeconds: read.IDENTITY_KEY_LEAD_SECONDS,
    demo: read.IDENTITY_DEMO,
    dataDir: read.ALLFUNDS_DATA,
    externalIssuer: withoutSlash(read.OIDC_ISSUER ?? issuer) === issuer ? undefined : read,
  });
}

/** Where the data of this machine is, for programs that need nothing else. */
export const readDataDir = (): string =>
  loadConfig("identity", { ALLFUNDS_DATA: dataDir() }).ALLFUNDS_DATA;

const withoutSlash = (url: string): string => url.replace(/\/$/, "");

function refuseMissing(given: Readonly<Record<string, string | undefined>>): void {
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  if (missing.length === 0) return;
  throw new ConfigError(
    "identity",
    missing.map(
      ([name]) =>
        `${name}: must be set in production; make one with: openssl rand -base64 48 (or name a file with ${name}_FILE)`,
    ),
  );
}

function refuseShort(given: Readonly<Record<string, string | undefined>>): void {
  const short = Object.entries(given).filter(([, value]) =>
    (value ?? "x".repeat(SHORTEST_SECRET)).split(",").some((part) => part.length < SHORTEST_SECRET),
  );
  if (short.length === 0) return;
  throw new ConfigError(
    "identity",
    short.map(([name]) => `${name}: must have at least ${SHORTEST_SECRET} characters`),
  );
}
