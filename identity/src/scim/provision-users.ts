import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { isId, newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { isRole, type Role } from "../access/roles.ts";
import { recordManagement } from "../audit/audit-log.ts";
import { invitationEmail } from "../mail/emails.ts";
import { makeLink, passwordUrl } from "../mail/mail-links.ts";
import { endAccess } from "../sessions/sessions.ts";
import { givesApproval, hasOtherAdministrator } from "../users/administrator-change.ts";
import { storeFundGrants } from "../users/apply-access.ts";
import {
  checkContact,
  refuseBeyondOwn,
  refuseSelf,
  type UserParts,
} from "../users/manage-users.ts";
import { normaliseEmail } from "../users/user.ts";
import { ScimRefusal } from "./scim-message.ts";
import type { ProvisionedUser, WantedUser } from "./scim-user.ts";

const SELECT = `
  SELECT u.user_id AS "userId", u.email, u.name, u.roles, u.all_funds AS "allFunds", u.status,
    u.external_id AS "externalId", u.created_at AS "createdAt", u.changed_at AS "changedAt",
    ARRAY(SELECT fund_id::text FROM fund_grant g
      WHERE g.tenant_id = u.tenant_id AND g.user_id = u.user_id ORDER BY fund_id) AS "fundIds"
  FROM app_user u WHERE u.tenant_id = $1 AND u.deprovisioned_at IS NULL`;

const known = (row: ProvisionedUser): ProvisionedUser => ({
  ...row,
  roles: row.roles.filter(isRole),
});

/** Which users are read; all of the tenant unless given. */
export interface UserKey {
  readonly userName?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The tenant's users, in the order in which they were added. */
export async function listProvisioned(
  pool: Pool,
  { tenantId }: Pick<Manager, "tenantId">,
  { userName, externalId }: UserKey = {},
): Promise<ProvisionedUser[]> {
  const { rows } = await pool.query<ProvisionedUser>(
    `${SELECT} AND ($2::text IS NULL OR u.email = $2) AND ($3::text IS NULL OR u.external_id = $3)
     ORDER BY u.created_at, u.user_id`,
    [tenantId, userName === undefined ? null : normaliseEmail(userName), externalId ?? null],
  );
  return rows.map(known);
}

export async function findProvisioned(
  database: Pool | DatabaseClient,
  { tenantId }: Pick<Manager, "tenantId">,
  userId: string,
  lock: "" | "FOR UPDATE OF u" = "",
): Promise<ProvisionedUser> {
  const { rows } = isId(userId)
    ? await database.query<ProvisionedUser>(`${SELECT} AND u.user_id = $2 ${lock}`, [
        tenantId,
        userId,
      ])
    : { rows: [] };
  if (rows[0] !== undefined) return known(rows[0]);
  throw new AppError("NOT_FOUND", "There is no such user.");
}

/** Adds a user and sends the invitation; a user who was removed before comes back with the same id. */
export async function provisionUser(
  parts: UserParts,
  manager: Manager,
  wanted: WantedUser,
): Promise<ProvisionedUser> {
  const { email, name } = checkContact(wanted);
  refuseAdministration([], wanted.roles);
  refuseBeyondOwn(manager, wanted);
  const stored = await withTransaction(parts.pool, manager, async (client) => {
    await refuseApproval(client, manager, undefined, wanted);
    const columns = [
      manager.tenantId,
      email,
      name,
      wanted.roles,
      wanted.allFunds,
      wanted.active ? "INVITED" : "DISABLED",
      wanted.externalId,
    ];
    const userId = (await insertUser(client, columns)) ?? (await reviveUser(client, columns));
    if (userId === undefined) {
      throw new ScimRefusal("uniqueness", "The address already has an account.");
    }
    await storeFundGrants(client, manager, userId, wanted);
    await recordManagement(client, manager, "user.invite", userId, { ...wanted });
    const user = await findProvisioned(client, manager, userId);
    const isInvited = user.status === "INVITED";
    return { user, link: isInvited ? await makeLink(client, userId, "INVITATION") : undefined };
  });
  if (stored.link !== undefined) {
    await parts.mail(invitationEmail(email, name, passwordUrl(parts.issuer, stored.link)));
  }
  return stored.user;
}

/** The id of the new user; undefined when the address has an account, in this tenant or another. */
async function insertUser(
  client: DatabaseClient,
  columns: readonly unknown[],
): Promise<string | undefined> {
  const { rows } = await client.query<{ user_id: string }>(
    `INSERT INTO app_user (tenant_id, email, name, roles, all_funds, status, external_id, user_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (email) DO NOTHING RETURNING user_id`,
    [...columns, newId()],
  );
  return rows[0]?.user_id;
}

/** The id of a user of the tenant who was removed and now comes back. */
async function reviveUser(
  client: DatabaseClient,
  columns: readonly unknown[],
): Promise<string | undefined> {
  const { rows } = await client.query<{ user_id: string }>(
    `UPDATE app_user SET name = $3, roles = $4, all_funds = $5, external_id = $7,
       deprovisioned_at = NULL, status = CASE WHEN $6 = 'DISABLED' THEN 'DISABLED'
         WHEN password_hash IS NULL THEN 'INVITED' ELSE 'ACTIVE' END
     WHERE tenant_id = $1 AND email = $2 AND deprovisioned_at IS NOT NULL RETURNING user_id`,
    [...columns],
  );
  return rows[0]?.user_id;
}

/** What becomes of a user, decided with the user as it is while nothing else changes it. */
type Decide = (before: ProvisionedUser) => WantedUser;

/** Changes a user. Who loses access, or has another one, is signed out everywhere. */
export async function changeProvisioned(
  parts: UserParts,
  manager: Manager,
  userId: string,
  decide: Decide,
): Promise<ProvisionedUser> {
  refuseSelf(manager, userId);
  const { before, after } = await withTransaction(parts.pool, manager, async (client) => {
    await client.query(LOCK_ADMINISTRATORS, [manager.tenantId]);
    const found = await findProvisioned(client, manager, userId, "FOR UPDATE OF u");
    const wanted = decide(found);
    refuseChange(manager, found, wanted);
    if (!wanted.active) await refuseLastAdministrator(client, manager, found);
    await refuseApproval(client, manager, found, wanted);
    const { name } = checkContact(wanted);
    await client.query(
      `UPDATE app_user SET name = $3, roles = $4, all_funds = $5, external_id = $6,
         status = CASE WHEN NOT $7 THEN 'DISABLED' WHEN status <> 'DISABLED' THEN status
           WHEN password_hash IS NULL THEN 'INVITED' ELSE 'ACTIVE' END
       WHERE tenant_id = $1 AND user_id = $2`,
      [
        manager.tenantId,
        userId,
        name,
        wanted.roles,
        wanted.allFunds,
        wanted.externalId,
        wanted.active,
      ],
    );
    await storeFundGrants(client, manager, userId, wanted);
    await recordManagement(client, manager, "user.change", userId, { ...wanted });
    return { before: found, after: await findProvisioned(client, manager, userId) };
  });
  if (hasOtherAccess(before, after)) {
    await endAccess(parts.pool, parts.protocol.provider, userId);
  }
  return after;
}

function refuseChange(manager: Manager, before: ProvisionedUser, wanted: WantedUser): void {
  if (normaliseEmail(wanted.email) !== before.email) {
    throw new ScimRefusal("mutability", "userName cannot change: add the user anew.");
  }
  refuseAdministration(before.roles, wanted.roles);
  if (before.roles.includes("admin") && before.status === "DISABLED" && wanted.active) {
    throw new AppError("FORBIDDEN", "Administrators enable an administrator in the product.");
  }
  if (hasOtherFunds(before, wanted)) refuseBeyondOwn(manager, wanted);
}

/** Who administers the tenant is decided by two administrators, not by a directory. It may disable one. */
function refuseAdministration(before: readonly Role[], wanted: readonly Role[]): void {
  if (before.includes("admin") === wanted.includes("admin")) return;
  throw new AppError("FORBIDDEN", "Administrators are made and unmade in the product.");
}

/** Of two who disable the last two at once, the second sees what the first did. */
const LOCK_ADMINISTRATORS = `
  SELECT pg_advisory_xact_lock(hashtext('administrators of a directory'), hashtext($1::text))`;

const FIND_OTHER_ADMINISTRATOR = `
  SELECT FROM app_user
  WHERE tenant_id = $1 AND user_id <> $2 AND 'admin' = ANY (roles) AND status = 'ACTIVE' LIMIT 1`;

/** A directory may disable administrators, but a tenant without one could not be administered any more. */
async function refuseLastAdministrator(
  client: DatabaseClient,
  { tenantId }: Manager,
  { userId, roles, status }: ProvisionedUser,
): Promise<void> {
  if (!roles.includes("admin") || status === "DISABLED") return;
  const { rowCount } = await client.query(FIND_OTHER_ADMINISTRATOR, [tenantId, userId]);
  if (rowCount === 0) throw new AppError("FORBIDDEN", "The last administrator stays.");
}

/** A directory's token is made by one administrator: where there are two, it gives no approval. */
async function refuseApproval(
  client: DatabaseClient,
  manager: Manager,
  before: ProvisionedUser | undefined,
  wanted: WantedUser,
): Promise<void> {
  const had = before?.status === "DISABLED" && wanted.active ? undefined : before;
  if (!givesApproval(had, wanted) || !(await hasOtherAdministrator(client, manager))) return;
  throw new AppError("FORBIDDEN", "Two administrators give approval, in the product.");
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));

const hasOtherFunds = (
  before: Pick<ProvisionedUser, "allFunds" | "fundIds">,
  after: Pick<ProvisionedUser, "allFunds" | "fundIds">,
): boolean => before.allFunds !== after.allFunds || !isSame(before.fundIds, after.fundIds);

const hasOtherAccess = (before: ProvisionedUser, after: ProvisionedUser): boolean =>
  (before.status !== "DISABLED" && after.status === "DISABLED") ||
  !isSame(before.roles, after.roles) ||
  hasOtherFunds(before, after);

/** Removes a user from the directory. The audit log and the books keep the name, so the account stays, disabled. */
export async function deprovisionUser(
  parts: UserParts,
  manager: Manager,
  userId: string,
  check: (before: ProvisionedUser) => void,
): Promise<void> {
  refuseSelf(manager, userId);
  await withTransaction(parts.pool, manager, async (client) => {
    await client.query(LOCK_ADMINISTRATORS, [manager.tenantId]);
    const found = await findProvisioned(client, manager, userId, "FOR UPDATE OF u");
    check(found);
    await refuseLastAdministrator(client, manager, found);
    await client.query(
      `UPDATE app_user SET status = 'DISABLED', deprovisioned_at = now(), external_id = NULL
       WHERE tenant_id = $1 AND user_id = $2`,
      [manager.tenantId, userId],
    );
    await recordManagement(client, manager, "user.change", userId, {
      disabled: true,
      removed: true,
    });
  });
  await endAccess(parts.pool, parts.protocol.provider, userId);
}
