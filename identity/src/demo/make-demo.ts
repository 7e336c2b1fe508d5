import { randomBytes } from "node:crypto";
import { ALL_SCOPES, type Scope } from "@allfunds/contract/scopes";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { ALL_ROLES, needsMfa, type Role } from "../access/roles.ts";
import { createApiClient, revokeApiClient } from "../clients/manage-clients.ts";
import { hashPassword } from "../factors/password.ts";
import { newTotpSecret, storeTotp } from "../factors/totp.ts";
import type { SecretBox } from "../keys/secret-box.ts";

const NAMES: Readonly<Record<Role, string>> = {
  viewer: "Vera Viewer",
  accountant: "Anna Accountant",
  "fund-manager": "Felix Fund-Manager",
  approver: "Paula Approver",
  auditor: "Otto Auditor",
  admin: "Ada Admin",
};

interface ClientPlan {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The role of the user who answers for it; the demo itself when absent. */
  readonly owner?: Role;
}

/** The first has every scope, as scripts and load tests expect. What it proposes and calculates, the third approves and publishes. */
const CLIENTS: readonly ClientPlan[] = [
  { name: "Demo: everything", scopes: ALL_SCOPES },
  { name: "Demo: read only", scopes: ["ledger:read", "metrics:read", "analytics:read"] },
  {
    name: "Demo: publishes NAVs",
    scopes: ["ledger:read", "ledger:approve", "nav:publish"],
    owner: "approver",
  },
];

const emailOf = (role: Role): string => `${role}@demo.example`;

interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly totpSecret?: string;
}

/** What scripts and load tests need in order to sign in to the demo tenant. */
export interface DemoAccess {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes: readonly string[];
  }[];
  readonly users: readonly DemoUser[];
}

const LIVE_CLIENTS = `
  SELECT client_id AS "clientId" FROM api_client
  WHERE tenant_id = $1 AND revoked_at IS NULL AND name = ANY ($2)`;

/** Makes the demo tenant's users and clients with fresh credentials, and ends the earlier ones. */
export async function makeDemo(
  pool: Pool,
  secretBox: SecretBox,
  { issuer, resource }: Pick<DemoAccess, "issuer" | "resource">,
  now: Date,
): Promise<DemoAccess> {
  await pool.query(
    "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Demo') ON CONFLICT DO NOTHING",
    [DEMO_TENANT_ID],
  );
  const users: DemoUser[] = [];
  for (const role of ALL_ROLES) users.push(await makeUser(pool, secretBox, role));
  return {
    issuer,
    tokenEndpoint: `${issuer}/oauth/token`,
    resource,
    clients: await makeClients(pool, now),
    users,
  };
}

/** One user per role; those whose role requires two factors have them set up. */
async function makeUser(pool: Pool, secretBox: SecretBox, role: Role): Promise<DemoUser> {
  const email = emailOf(role);
  const password = randomBytes(15).toString("base64url");
  const totpSecret = needsMfa([role]) ? newTotpSecret() : undefined;
  const hash = await hashPassword(password);
  await withTransaction(pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<{ user_id: string }>(
      `INSERT INTO app_user
         (tenant_id, user_id, email, name, roles, all_funds, status, password_hash)
       VALUES ($1, $2, $3, $4, $5, true, 'ACTIVE', $6)
       ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash,
         status = 'ACTIVE', roles = excluded.roles, all_funds = true
       RETURNING user_id`,
      [DEMO_TENANT_ID, newId(), email, NAMES[role], [role], hash],
    );
    const userId = rows[0]?.user_id as string;
    if (totpSecret !== undefined) await storeTotp(client, secretBox, userId, totpSecret);
  });
  return { email, password, role, ...(totpSecret === undefined ? {} : { totpSecret }) };
}

async function makeClients(pool: Pool, now: Date): Promise<DemoAccess["clients"]> {
  const manager: Manager = {
    tenantId: DEMO_TENANT_ID,
    actorId: "demo",
    actorKind: "SYSTEM",
    factors: [],
    scopes: ALL_SCOPES,
    funds: "*",
    origin: {},
    now,
  };
  const names = CLIENTS.map(({ name }) => name);
  const { rows: earlier } = await pool.query<{ clientId: string }>(LIVE_CLIENTS, [
    DEMO_TENANT_ID,
    names,
  ]);
  for (const { clientId } of earlier) await revokeApiClient(pool, manager, clientId);
  const made = [];
  for (const { name, scopes, owner } of CLIENTS) {
    const ownerId = owner === undefined ? undefined : await userOf(pool, owner);
    const by = ownerId === undefined ? manager : { ...manager, ownerId };
    const { client, clientSecret } = await createApiClient(pool, by, {
      name,
      scopes,
      expiresAt: null,
    });
    made.push({ clientId: client.clientId, clientSecret, scopes: [...client.scopes] });
  }
  return made;
}

/** The demo's user with a role. */
async function userOf(pool: Pool, role: Role): Promise<string> {
  const { rows } = await pool.query<{ userId: string }>(
    `SELECT user_id AS "userId" FROM app_user WHERE tenant_id = $1 AND email = $2`,
    [DEMO_TENANT_ID, emailOf(role)],
  );
  const [user] = rows;
  if (user === undefined) throw new Error(`The demo has no ${role}.`);
  return user.userId;
}
