import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import { isRole, needsMfa, type Role } from "../access/roles.ts";
import type { UserEntity, UserStatus } from "./user-entity.ts";

export interface User {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly allFunds: boolean;
  /** The funds granted one by one; empty when all are. */
  readonly fundIds: readonly string[];
  readonly status: UserStatus;
  readonly hasTotp: boolean;
  readonly passkeys: number;
  readonly createdAt: Date;
}

/** A user as a sign-in finds them. */
export interface SignInUser extends User {
  /** Whether everyone in the tenant signs in with two factors. */
  readonly tenantNeedsMfa: boolean;
}

interface Row {
  tenant_id: string;
  user_id: string;
  email: string;
  name: string;
  roles: string[];
  all_funds: boolean;
  fund_ids: string[];
  status: UserStatus;
  has_totp: boolean;
  passkeys: number;
  created_at: Date;
  tenant_needs_mfa: boolean;
}

const SELECT = `
  SELECT u.tenant_id, u.user_id, u.email, u.name, u.roles, u.all_funds, u.status, u.created_at,
    ARRAY(SELECT fund_id::text FROM fund_grant g
      WHERE g.tenant_id = u.tenant_id AND g.user_id = u.user_id ORDER BY fund_id) AS fund_ids,
    EXISTS (SELECT FROM totp_factor t WHERE t.user_id = u.user_id) AS has_totp,
    (SELECT count(*)::int FROM passkey p WHERE p.user_id = u.user_id) AS passkeys,
    t.second_factor_for_all AS tenant_needs_mfa
  FROM app_user u JOIN tenant t USING (tenant_id)`;

/** Addresses are compared without regard to case or the spaces around them. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** The user with that id; an id of another issuer need not be a UUID and finds no user. */
export async function findUser(
  database: Pool | DatabaseClient,
  userId: string,
): Promise<SignInUser | undefined> {
  if (!isId(userId)) return undefined;
  const { rows } = await database.query<Row>(`${SELECT} WHERE u.user_id = $1`, [userId]);
  return rows[0] && userOf(rows[0]);
}

/** The users with those ids, by id. */
export async function findUsers(
  pool: Pool,
  userIds: readonly string[],
): Promise<Map<string, User>> {
  const { rows } = await pool.query<Row>(`${SELECT} WHERE u.user_id = ANY ($1::uuid[])`, [
    userIds.filter(isId),
  ]);
  return new Map(rows.map((row) => [row.user_id, userOf(row)]));
}

export async function findUserByEmail(pool: Pool, email: string): Promise<User | undefined> {
  const { rows } = await pool.query<Row>(`${SELECT} WHERE u.email = $1`, [normaliseEmail(email)]);
  return rows[0] && userOf(rows[0]);
}

type UserOrm = TenantOrm<{ readonly UserEntity: typeof UserEntity }>;

/** The tenant's user with that id, as administration reads it. */
export async function findTenantUser(
  orm: UserOrm,
  tenantId: string,
  userId: string,
): Promise<User | undefined> {
  if (!isId(tenantId) || !isId(userId)) return undefined;
  const row = await orm.as(tenantId, (em, { UserEntity: entity }) =>
    em.findOne(entity, { tenantId, userId }),
  );
  return row === null ? undefined : withKnownRoles(row);
}

/** Up to `limit` users of a tenant by address, from after the address `after`. */
export async function listUsers(
  orm: UserOrm,
  tenantId: string,
  limit: number,
  after: string | undefined,
): Promise<User[]> {
  // The tenant of an external issuer need not be a UUID and has no users here.
  if (!isId(tenantId)) return [];
  const rows = await orm.as(tenantId, (em, { UserEntity: entity }) =>
    em.find(
      entity,
      { tenantId, ...(after === undefined ? {} : { email: { $gt: after } }) },
      { orderBy: { email: "asc" }, limit },
    ),
  );
  return rows.map(withKnownRoles);
}

const withKnownRoles = (
  row: Omit<User, "roles"> & { readonly roles: readonly string[] },
): User => ({
  ...row,
  roles: row.roles.filter(isRole),
});

const userOf = (row: Row): SignInUser => ({
  tenantId: row.tenant_id,
  userId: row.user_id,
  email: row.email,
  name: row.name,
  roles: row.roles.filter(isRole),
  allFunds: row.all_funds,
  fundIds: row.fund_ids,
  status: row.status,
  hasTotp: row.has_totp,
  passkeys: row.passkeys,
  createdAt: row.created_at,
  tenantNeedsMfa: row.tenant_needs_mfa,
});

/** True when the user signs in with two factors only: by a role, or because everyone in the tenant does. */
export const needsTwoFactors = ({
  roles,
  tenantNeedsMfa,
}: Pick<SignInUser, "roles" | "tenantNeedsMfa">): boolean => tenantNeedsMfa || needsMfa(roles);

/** True when the user can show a second factor. */
export const hasSecondFactor = (user: Pick<User, "hasTotp" | "passkeys">): boolean =>
  user.hasTotp || user.passkeys > 0;
