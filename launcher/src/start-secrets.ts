import { join } from "node:path";
import { keepSecrets } from "./kept-secrets.ts";
import { SYSTEM_CLIENT_NAMES } from "./system-clients.ts";

/** What the issuer needs and no other service may have. */
const IDENTITY_SECRETS = [
  "IDENTITY_COOKIE_KEYS",
  "IDENTITY_ENCRYPTION_SECRET",
  "WEB_CLIENT_SECRET",
] as const;

/** Files of the data directory with the secrets that a start generated. */
export const SECRET_FILES = ["identity-secrets.json", "system-secrets.json"] as const;

export interface StartSecrets {
  /** By variable: of the issuer and of the web app that signs people in at it. */
  readonly identity: Readonly<Record<string, string>>;
  /** By service: with which it gets tokens in its own name. */
  readonly system: Readonly<Record<string, string>>;
}

/** True when the caller set the variable, itself or as a file. */
export const isGiven = (env: NodeJS.ProcessEnv, name: string): boolean =>
  Boolean(env[name] || env[`${name}_FILE`]);

/**
 * The secrets of a start that the caller did not give: made once and kept in the data directory.
 * In production they have to be given.
 */
export async function startSecrets(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  demo: boolean,
): Promise<StartSecrets> {
  if (env["NODE_ENV"] === "production" && !demo) refuseMissing(env);
  const [identityFile, systemFile] = SECRET_FILES;
  return {
    identity: await keepSecrets(join(dataDir, identityFile), IDENTITY_SECRETS),
    system: await keepSecrets(join(dataDir, systemFile), SYSTEM_CLIENT_NAMES),
  };
}

function refuseMissing(env: NodeJS.ProcessEnv): void {
  const missing = IDENTITY_SECRETS.filter((name) => !isGiven(env, name));
  if (missing.length === 0) return;
  throw new Error(
    "NODE_ENV is production, so no secrets are generated. Set:\n" +
      missing.map((name) => `  ${name} (or ${name}_FILE)\n`).join("") +
      "Make each with: openssl rand -base64 48",
  );
}
