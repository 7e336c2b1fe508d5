import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { migrate } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import {
  createTestDatabase,
  type DatabaseTemplate,
  type TestDatabase,
} from "@allfunds/platform/testing";
import { freePort } from "@allfunds/platform/testing/free-port";
import { hash } from "@node-rs/argon2";
import type { Role } from "./access/roles.ts";
import { readConfig } from "./config.ts";
import { newTotpSecret, storeTotp } from "./factors/totp.ts";
import { PROTOCOL_RATES, type ProtocolRates } from "./limits/protocol-limits.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { createService } from "./service.ts";
import type { Issuer, TestUser } from "./sign-in.fixture.ts";
import type { PageParts } from "./sign-in/page-parts.ts";

const KEY_REFRESH_MS = 100;
const WEB_SECRET = "the secret of the web app that is long enough";
export const SYSTEM_SECRET = "the secret of a service that is long enough";

const silent = createLogger("identity", "silent");

const ENVIRONMENT = {
  WEB_URL: "http://localhost:9",
  IDENTITY_COOKIE_KEYS: "a cookie key that is long enough!!",
  IDENTITY_ENCRYPTION_SECRET: "an encryption secret that is long enough",
  WEB_CLIENT_SECRET: WEB_SECRET,
  SYSTEM_CLIENTS: JSON.stringify([
    {
      id: "analytics",
      secret: SYSTEM_SECRET,
      scopes: ["feed:read"],
      exchanges: ["ledger:read", "metrics:read", "analytics:read"],
    },
    { id: "reports", secret: SYSTEM_SECRET, scopes: [], exchanges: ["ledger:read"] },
    { id: "follower", secret: SYSTEM_SECRET, scopes: ["feed:read"] },
    { id: "gateway", secret: SYSTEM_SECRET, scopes: ["audit:write", "token:forward"] },
    { id: "collector", secret: SYSTEM_SECRET, scopes: ["audit:export"] },
  ]),
  // Tests sign in more often than every thirty seconds, with the code of the next ones.
  TOTP_TOLERANCE_SECONDS: "30",
  // An address that no test has: the forwarding headers of all of them are ignored.
  TRUSTED_PROXIES: "192.0.2.255",
};

const TEMPLATE: DatabaseTemplate = {
  name: "identity",
  prepare: (url) => migrate({ url, migrations: MIGRATIONS, logger: silent }),
};

interface ServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly rates?: Partial<ProtocolRates>;
  /** A database of the service's own unless given. */
  readonly database?: Pick<TestDatabase, "url" | "drop">;
}

/** A running issuer. */
export interface RunningService extends Issuer {
  readonly parts: PageParts;
  /** The emails sent so far, in order. */
  readonly emails: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

export async function openService(options: ServiceOptions = {}): Promise<RunningService> {
  const database = options.database ?? (await createTestDatabase(TEMPLATE));
  const dataDir = await mkdtemp(join(tmpdir(), "identity-"));
  const config = readConfig({
    ...ENVIRONMENT,
    IDENTITY_PORT: String(await freePort()),
    DATABASE_URL_IDENTITY: database.url,
    ALLFUNDS_DATA: dataDir,
    ...options.env,
  });
  const { parts, server, closers } = await createService(config, silent, {
    keyRefreshMs: KEY_REFRESH_MS,
    rates: { ...PROTOCOL_RATES, tokensPerMinute: 1e6, ...options.rates },
  });
  await parts.pool.query(
    "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Test') ON CONFLICT DO NOTHING",
    [DEMO_TENANT_ID],
  );
  await server.app.listen({ host: "127.0.0.1", port: config.IDENTITY_PORT });
  return {
    issuer: config.IDENTITY_URL,
    webUrl: config.WEB_URL,
    audience: config.GRAPH_AUDIENCE,
    webClientSecret: config.WEB_CLIENT_SECRET,
    parts,
    emails: () => readEmails(join(dataDir, "outbox")),
    close: async () => {
      await server.app.close();
      for (const close of closers) await close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function readEmails(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const complete = names.filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(complete.map((name) => readFile(join(folder, name), "utf8")));
}

/** A check takes the cost from the hash, so that tests need not compute the cost of production. */
const hashCheaply = (password: string): Promise<string> =>
  hash(password, { memoryCost: 64, timeCost: 1, parallelism: 1 });

/** Adds an active user; `totp` gives them an authenticator app. */
export async function addUser(
  { parts: { pool, secretBox } }: Pick<RunningService, "parts">,
  role: Role,
  options: { totp?: boolean; tenantId?: string; fundIds?: readonly string[] } = {},
): Promise<TestUser> {
  const userId = newId();
  const tenantId = options.tenantId ?? DEMO_TENANT_ID;
  const email = `${role}-${userId}@test.example`;
  const password = `right horse ${userId}`;
  await pool.query(
    `INSERT INTO app_user (tenant_id, user_id, email, name, roles, all_funds, status, password_hash)
     VALUES ($1, $2, $3, 'Test Person', $4, $5, 'ACTIVE', $6)`,
    [tenantId, userId, email, [role], options.fundIds === undefined, await hashCheaply(password)],
  );
  for (const fundId of options.fundIds ?? []) {
    await pool.query(
      "INSERT INTO fund_grant (tenant_id, user_id, fund_id, granted_by) VALUES ($1, $2, $3, 'test')",
      [tenantId, userId, fundId],
    );
  }
  const totpSecret = options.totp === true ? newTotpSecret() : undefined;
  if (totpSecret !== undefined) await storeTotp(pool, secretBox, userId, totpSecret);
  return { userId, email, password, totpSecret };
}

/** Adds a tenant beside the demo's; returns its id. */
export async function addTenant({
  parts: { pool },
}: Pick<RunningService, "parts">): Promise<string> {
  const tenantId = newId();
  await pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Other')", [tenantId]);
  return tenantId;
}
