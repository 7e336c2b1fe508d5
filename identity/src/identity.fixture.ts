import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { createServer } from "node:net";
import type { Role } from "./access/roles.ts";
import type { IdentityConfig } from "./config.ts";
import { hashPassword } from "./factors/password.ts";
import { newTotpSecret, storeTotp } from "./factors/totp.ts";
import { PROTOCOL_RATES, type ProtocolRates } from "./limits/protocol-limits.ts";
import type { IdentityParts } from "./identity-parts.ts";
import { startIdentity } from "./start-identity.ts";

const KEY_REFRESH_MS = 300;
export const WEB_SECRET = "the secret of the web app, long enough";
export const SYSTEM_SECRET = "the secret of a follower, long enough";

/** A running issuer on its own database. */
export interface RunningIdentity {
  readonly config: IdentityConfig;
  readonly parts: IdentityParts;
  readonly letters: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

export interface TestUser {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly totpSecret: string | undefined;
}

/** A port nobody listens on at the moment. */
export async function takePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

export async function runIdentity(
  overrides: Partial<IdentityConfig> = {},
  given?: Pick<TestDatabase, "url" | "drop">,
  rates: Partial<ProtocolRates> = {},
): Promise<RunningIdentity> {
  const database = given ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), "identity-"));
  const port = overrides.port ?? (await takePort());
  const config: IdentityConfig = {
    HOST: "127.0.0.1",
    PORT_OFFSET: 0,
    LOG_LEVEL: "silent",
    port,
    databaseUrl: database.url,
    issuer: `http://localhost:${port}`,
    webUrl: "http://localhost:1",
    webInternalUrl: overrides.webUrl ?? "http://localhost:1",
    audience: "urn:allfunds:graph",
    cookieKeys: ["a cookie key that is long enough!!"],
    encryptionSecret: "an encryption secret, long enough",
    webClientSecret: WEB_SECRET,
    systemClients: [
      { id: "follower", secret: SYSTEM_SECRET, scopes: ["feed:read"] },
      { id: "gateway", secret: SYSTEM_SECRET, scopes: ["audit:write"] },
      { id: "collector", secret: SYSTEM_SECRET, scopes: ["audit:export"] },
    ],
    smtpUrl: undefined,
    mailFrom: "AllFunds <no-reply@localhost>",
    trustedProxies: [],
    keyLeadSeconds: 2,
    demo: false,
    dataDir,
    externalIssuer: undefined,
    ...overrides,
  };
  const { parts, server, closers } = await startIdentity(
    config,
    createLogger("identity", config.LOG_LEVEL),
    { keyRefreshMs: KEY_REFRESH_MS, rates: { ...PROTOCOL_RATES, tokensPerMinute: 1e6, ...rates } },
  );
  await parts.pool.query(
    "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Test') ON CONFLICT DO NOTHING",
    [DEMO_TENANT_ID],
  );
  await server.app.listen({ host: "127.0.0.1", port });
  return {
    config,
    parts,
    letters: () => readLetters(join(dataDir, "outbox")),
    stop: async () => {
      await server.app.close();
      for (const close of closers) await close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function readLetters(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const whole = names.filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(whole.map((name) => readFile(join(folder, name), "utf8")));
}

/** Adds an active user; `totp` gives them an authenticator app. */
export async function addUser(
  { pool, vault }: IdentityParts,
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
    [tenantId, userId, email, [role], options.fundIds === undefined, await hashPassword(password)],
  );
  for (const fundId of options.fundIds ?? []) {
    await pool.query(
      "INSERT INTO fund_grant (tenant_id, user_id, fund_id, granted_by) VALUES ($1, $2, $3, 'test')",
      [tenantId, userId, fundId],
    );
  }
  const totpSecret = options.totp === true ? newTotpSecret() : undefined;
  if (totpSecret !== undefined) await storeTotp(pool, vault, userId, totpSecret);
  return { userId, email, password, totpSecret };
}
