import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_SCOPES, SYSTEM_SCOPES } from "@allfunds/contract/scopes";
import { authenticationShape } from "@allfunds/platform/auth";
import {
  ConfigError,
  databaseUrl,
  loadConfig,
  port,
  secret,
  serverUrl,
} from "@allfunds/platform/config";
import { z } from "zod";

const flag = () => z.enum(["true", "false", "1", "0"]).transform((v) => v === "true" || v === "1");

const systemClients = z.array(
  z.strictObject({
    id: z.string().min(1),
    secret: z.string().min(32),
    scopes: z.array(z.enum(SYSTEM_SCOPES)),
    /** What it may do for a caller whose token it exchanges (RFC 8693). */
    exchanges: z.array(z.enum(ALL_SCOPES)).default([]),
  }),
);

/** Parsed from JSON, so that services can be added without a variable each. */
const systemClientsText = () =>
  z
    .string()
    .transform((text, context): z.output<typeof systemClients> => {
      try {
        return systemClients.parse(JSON.parse(text));
      } catch {
        context.addIssue({
          code: "custom",
          message: 'must be JSON: [{"id", "secret" of 32 characters or more, "scopes"}]',
        });
        return z.NEVER;
      }
    })
    // The secrets of all services: named here, because a transformed type has no marks of its source.
    .meta({ secret: true });

const httpUrl = () => z.url({ protocol: /^https?$/ });

/** Beside the packages, wherever the command was given. */
const dataDir = () => z.string().default(fileURLToPath(new URL("../../.data", import.meta.url)));

/** The variables that the service reads. */
export const variables = {
  ...authenticationShape,
  IDENTITY_PORT: port(4100).describe("The service's port."),
  DATABASE_URL_IDENTITY: databaseUrl().describe(
    "The database of users, sessions, clients and the audit log.",
  ),
  IDENTITY_URL: httpUrl().optional().describe("The issuer: the address browsers use."),
  WEB_URL: httpUrl().optional().describe("The address of the web app, as browsers use it."),
  REST_PUBLIC_URL: httpUrl()
    .optional()
    .describe(
      "The address of the REST bridge, as its clients use it: `/mcp` there is a resource of its own for assistants.",
    ),
  REST_PORT: port(8000).describe("The port of the REST bridge on this machine, for that address."),
  WEB_INTERNAL_URL: httpUrl()
    .optional()
    .describe("Where this server reaches the web app to report a sign-out; WEB_URL unless given."),
  IDENTITY_COOKIE_KEYS: secret()
    .optional()
    .describe(
      "Keys of cookies, separated by commas, newest first: the first signs, the others still verify.",
    ),
  IDENTITY_ENCRYPTION_SECRET: secret().optional().describe("Encrypts secrets in the database."),
  WEB_CLIENT_SECRET: secret()
    .optional()
    .describe("The secret of the web app as a client; the web app has the same."),
  SYSTEM_CLIENTS: systemClientsText()
    .default([])
    .describe(
      'The clients of services, as JSON: `[{"id", "secret", "scopes"}]`; `npm start` makes them.',
    ),
  SMTP_URL: serverUrl("smtp", "smtps")
    .optional()
    .describe("The server that sends mail; without one they are files in the data folder."),
  MAIL_FROM: z
    .string()
    .default("AllFunds <no-reply@localhost>")
    .describe("The sender of those mails."),
  TOTP_TOLERANCE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(30)
    .default(0)
    .describe(
      "How far the clocks of authenticator apps may be off, in seconds; 0 accepts a code in its own 30 seconds alone.",
    ),
  IDENTITY_KEY_LEAD_SECONDS: z.coerce
    .number()
    .int()
    .min(600)
    .max(30 * 86_400)
    .default(900)
    .describe(
      "How long a new signing key is published before it signs, in seconds; verifiers cache keys for five minutes.",
    ),
  IDENTITY_DEMO: flag()
    .default(false)
    .describe("Whether production may go without the secrets, for a demo."),
  ALLFUNDS_DATA: dataDir()
    .meta({ fallback: ".data" })
    .describe("The folder for secrets that are not given."),
};

const SECRETS = [
  "IDENTITY_COOKIE_KEYS",
  "IDENTITY_ENCRYPTION_SECRET",
  "WEB_CLIENT_SECRET",
] as const;
type Secrets = Record<(typeof SECRETS)[number], string>;

export type IdentityConfig = ReturnType<typeof readConfig>;

/**
 * The service's environment, read once. In production every secret must be given; on a developer's
 * machine, and for the demo, absent secrets are made once and stored in the data directory.
 */
export function readConfig(env?: NodeJS.ProcessEnv) {
  const read = loadConfig("identity", variables, env);
  const isStrict = read.NODE_ENV === "production" && !read.IDENTITY_DEMO;
  if (isStrict) refuseMissing(read);
  refuseShort(read);
  const issuer = withoutSlash(read.IDENTITY_URL ?? `http://localhost:${read.IDENTITY_PORT}`);
  const webUrl = withoutSlash(read.WEB_URL ?? `http://localhost:${3000 + read.PORT_OFFSET}`);
  return Object.freeze({
    ...read,
    ...completeSecrets(read),
    IDENTITY_URL: issuer,
    ASSISTANTS_RESOURCE: `${withoutSlash(read.REST_PUBLIC_URL ?? `http://localhost:${read.REST_PORT}`)}/mcp`,
    WEB_URL: webUrl,
    WEB_INTERNAL_URL: withoutSlash(read.WEB_INTERNAL_URL ?? webUrl),
    // Not normalised: the issuer of a token must equal it exactly.
    OIDC_ISSUER: read.OIDC_ISSUER ?? issuer,
  });
}

/** True when the graph accepts the tokens of another issuer instead of this one's own. */
export const hasExternalIssuer = ({
  OIDC_ISSUER,
  IDENTITY_URL,
}: Pick<IdentityConfig, "OIDC_ISSUER" | "IDENTITY_URL">): boolean =>
  withoutSlash(OIDC_ISSUER) !== IDENTITY_URL;

/** Where the data of this machine is, for programs that need nothing else. */
export const readDataDir = (): string =>
  loadConfig("identity", { ALLFUNDS_DATA: dataDir() }).ALLFUNDS_DATA;

const withoutSlash = (url: string): string => url.replace(/\/$/, "");

type Given = { readonly [Name in keyof Secrets]?: string | undefined };

function refuseMissing(given: Given): void {
  const missing = SECRETS.filter((name) => given[name] === undefined);
  if (missing.length === 0) return;
  throw new ConfigError(
    "identity",
    missing.map(
      (name) =>
        `${name}: must be set in production; make one with: openssl rand -base64 48 (or name a file with ${name}_FILE)`,
    ),
  );
}

const SHORTEST_SECRET = 32;

function refuseShort(given: Given): void {
  const short = SECRETS.filter((name) =>
    given[name]?.split(",").some((part) => part.length < SHORTEST_SECRET),
  );
  if (short.length === 0) return;
  throw new ConfigError(
    "identity",
    short.map((name) => `${name}: must have at least ${SHORTEST_SECRET} characters`),
  );
}

/**
 * Completes the secrets from a file of this machine, made at the first start and readable by its owner
 * only. In production all of them are given, so no file is made.
 */
function completeSecrets({ ALLFUNDS_DATA, ...given }: Given & { readonly ALLFUNDS_DATA: string }) {
  const isComplete = SECRETS.every((name) => given[name] !== undefined);
  const local = isComplete ? undefined : orNameFolder(() => loadOrMake(ALLFUNDS_DATA));
  const secrets = Object.fromEntries(
    SECRETS.map((name) => [name, given[name] ?? local?.[name]]),
  ) as Secrets;
  return { ...secrets, IDENTITY_COOKIE_KEYS: secrets.IDENTITY_COOKIE_KEYS.split(",") };
}

function loadOrMake(folder: string): Secrets {
  const file = join(folder, "identity-secrets.json");
  try {
    return readSecrets(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = Object.fromEntries(
    SECRETS.map((name) => [name, randomBytes(36).toString("base64url")]),
  ) as Secrets;
  mkdirSync(folder, { recursive: true });
  const whole = `${file}.${process.pid}`;
  try {
    // A full disk leaves no half of it under its name, and of two processes that start together one makes it.
    writeFileSync(whole, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    linkSync(whole, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readSecrets(file);
  } finally {
    rmSync(whole, { force: true });
  }
}

function readSecrets(file: string): Secrets {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text) as Secrets;
  } catch (error) {
    throw new Error(`${file} is not whole. Restore it from a backup of this directory.`, {
      cause: error,
    });
  }
}

/** The data directory is what such a failure is about. */
function orNameFolder<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new ConfigError("identity", [`ALLFUNDS_DATA: ${(error as Error).message}`], {
      cause: error,
    });
  }
}
