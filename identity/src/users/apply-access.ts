import { AppError } from "@allfunds/contract/errors";
import type { DatabaseClient } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { recordManagement } from "../audit/audit-log.ts";
import { makeLink } from "../mail/mail-links.ts";

export interface Access {
  readonly roles: readonly string[];
  readonly allFunds: boolean;
  readonly fundIds: readonly string[];
}

/** An address and a name as they are stored, and access that was checked. */
export interface CheckedInvitation extends Access {
  readonly email: string;
  readonly name: string;
}

/** Stores an invited user; returns the id, and the token of the link with which they choose a password. */
export async function storeInvitation(
  client: DatabaseClient,
  manager: Manager,
  input: CheckedInvitation,
): Promise<{ readonly userId: string; readonly token: string }> {
  const { email, name, roles, allFunds } = input;
  const userId = newId();
  const { rowCount } = await client.query(
    `INSERT INTO app_user (tenant_id, user_id, email, name, roles, all_funds, status)
     VALUES ($1, $2, $3, $4, $5, $6, 'INVITED') ON CONFLICT (email) DO NOTHING`,
    [manager.tenantId, userId, email, name, roles, allFunds],
  );
  if (rowCount === 0) throw new AppError("ALREADY_EXISTS", "The address already has an account.");
  await storeFundGrants(client, manager, userId, input);
  await recordManagement(client, manager, "user.invite", userId, { ...input });
  return { userId, token: await makeLink(client, userId, "INVITATION") };
}

export async function storeAccess(
  client: DatabaseClient,
  manager: Manager,
  userId: string,
  access: Access,
): Promise<void> {
  const { rowCount } = await client.query(
    "UPDATE app_user SET roles = $3, all_funds = $4 WHERE tenant_id = $1 AND user_id = $2",
    [manager.tenantId, userId, access.roles, access.allFunds],
  );
  if (rowCount === 0) throw noSuchUser();
  await storeFundGrants(client, manager, userId, access);
  const { roles, allFunds, fundIds } = access;
  await recordManagement(client, manager, "user.change", userId, { roles, allFunds, fundIds });
}

export async function storeDisabled(
  client: DatabaseClient,
  manager: Manager,
  userId: string,
  disabled: boolean,
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE app_user SET status = CASE
       WHEN $3 THEN 'DISABLED' WHEN password_hash IS NULL THEN 'INVITED' ELSE 'ACTIVE' END,
       deprovisioned_at = CASE WHEN $3 THEN deprovisioned_at END
     WHERE tenant_id = $1 AND user_id = $2`,
    [manager.tenantId, userId, disabled],
  );
  if (rowCount === 0) throw noSuchUser();
  await recordManagement(client, manager, "user.change", userId, { disabled });
}

export async function storeFundGrants(
  client: DatabaseClient,
  manager: Manager,
  userId: string,
  { fundIds }: Pick<Access, "fundIds">,
): Promise<void> {
  await client.query(
    "DELETE FROM fund_grant WHERE tenant_id = $1 AND user_id = $2 AND fund_id <> ALL ($3::uuid[])",
    [manager.tenantId, userId, fundIds],
  );
  await client.query(
    `INSERT INTO fund_grant (tenant_id, user_id, fund_id, granted_by)
     SELECT $1, $2, unnest($3::uuid[]), $4 ON CONFLICT DO NOTHING`,
    [manager.tenantId, userId, fundIds, manager.actorId],
  );
}

export const noSuchUser = (): AppError => new AppError("NOT_FOUND", "There is no such user.");
