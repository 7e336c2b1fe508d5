import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { isId, newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { carriesApproval } from "../access/roles.ts";
import { recordManagement } from "../audit/audit-log.ts";
import type { Access } from "./apply-access.ts";
import type { User } from "./user.ts";

type ChangeKind = "INVITE" | "ACCESS" | "DISABLE" | "ENABLE";

/** A change of who administers a tenant or approves in it, or of what an administrator may, which a second administrator decides. */
export interface AdministratorChange extends Access {
  readonly changeId: string;
  readonly kind: ChangeKind;
  /** Null for an invitation. */
  readonly userId: string | null;
  readonly email: string;
  readonly name: string;
  readonly state: "WAITING" | "APPROVED" | "REJECTED";
  /** Who proposed it, or the client through which they did. */
  readonly proposedBy: string;
  /** The person behind that. */
  readonly proposer: string;
  readonly proposedAt: Date;
  /** Until then it can be approved. */
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** The user as the proposer saw them; null for an invitation. */
  readonly before: UserBefore | null;
}

/** What an approval must find as it was. */
export type UserBefore = Access & Pick<User, "status">;

/** What is wanted: of an invitation address, name and access; of another change the user as they are, and the access. */
export type WantedChange =
  | ({ readonly kind: "INVITE"; readonly email: string; readonly name: string } & Access)
  | ({ readonly kind: "ACCESS"; readonly user: User } & Access)
  | { readonly kind: "DISABLE" | "ENABLE"; readonly user: User };

const WAITS_DAYS = 7;

/** The person behind a manager: of an API client, the user who answers for it. */
export const personOf = ({ actorId, ownerId }: Manager): string => ownerId ?? actorId;

export const beforeOf = ({ roles, allFunds, fundIds, status }: User): UserBefore => ({
  roles,
  allFunds,
  fundIds,
  status,
});

const concernsAdministrators = (wanted: WantedChange): boolean =>
  ("user" in wanted && wanted.user.roles.includes("admin")) ||
  ("roles" in wanted && wanted.roles.includes("admin"));

/** What a change gives its user; nothing when it only disables them. */
function givenBy(wanted: WantedChange): Access | undefined {
  if ("roles" in wanted) return wanted;
  return wanted.kind === "ENABLE" ? wanted.user : undefined;
}

/**
 * True when a user gets approval that they did not have: by the role, in more funds, or by being enabled again. An
 * administrator who alone makes an approver could approve with an invented person what they proposed.
 */
export function givesApproval(before: Access | undefined, after: Access | undefined): boolean {
  if (after === undefined || !carriesApproval(after.roles)) return false;
  if (before === undefined || !carriesApproval(before.roles)) return true;
  if (before.allFunds) return false;
  return after.allFunds || after.fundIds.some((fundId) => !before.fundIds.includes(fundId));
}

const needsSecondAdministrator = (wanted: WantedChange): boolean =>
  concernsAdministrators(wanted) ||
  givesApproval(wanted.kind === "ACCESS" ? wanted.user : undefined, givenBy(wanted));

/** Who counts as an administrator: also one who was disabled, so that disabling a colleague does not end a rule. */
const IS_ADMINISTRATOR = `'admin' = ANY (roles) AND (status = 'ACTIVE' OR password_hash IS NOT NULL)`;

/** True when a tenant has two administrators of every fund: one of them can approve what the other proposes. */
export async function hasSecondAdministrator(pool: Pool, tenantId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM app_user WHERE tenant_id = $1 AND all_funds AND ${IS_ADMINISTRATOR} LIMIT 2`,
    [tenantId],
  );
  return rowCount === 2;
}

const HAS_OTHER = `
  SELECT FROM app_user WHERE tenant_id = $1 AND user_id::text <> $2 AND ${IS_ADMINISTRATOR} LIMIT 1`;

/** True when the tenant has another administrator than the manager. One who was disabled counts: else disabling the other would end the rule. */
export async function hasOtherAdministrator(
  client: DatabaseClient,
  manager: Manager,
): Promise<boolean> {
  const { rowCount } = await client.query(HAS_OTHER, [manager.tenantId, personOf(manager)]);
  return rowCount !== 0;
}

/**
 * Stores a change of administrators, or one that gives approval, as a proposal and throws APPROVAL_REQUIRED; returns
 * for any other change, and in a tenant that never had another administrator.
 */
export async function requireSecondAdministrator(
  pool: Pool,
  manager: Manager,
  wanted: WantedChange,
): Promise<void> {
  if (manager.actorKind === "SYSTEM" || !needsSecondAdministrator(wanted)) return;
  const changeId = await withTransaction(pool, manager, async (client) =>
    (await hasOtherAdministrator(client, manager))
      ? storeProposal(client, manager, wanted)
      : undefined,
  );
  if (changeId === undefined) return;
  throw new AppError("APPROVAL_REQUIRED", "A second administrator has to approve this change.", {
    proposalId: changeId,
  });
}

async function storeProposal(
  client: DatabaseClient,
  manager: Manager,
  wanted: WantedChange,
): Promise<string> {
  const changeId = newId();
  const user = "user" in wanted ? wanted.user : undefined;
  const { email, name } = user ?? (wanted as Extract<WantedChange, { kind: "INVITE" }>);
  const { roles, allFunds, fundIds } = "roles" in wanted ? wanted : (user as User);
  await client.query(
    `INSERT INTO administrator_change (tenant_id, change_id, kind, user_id, email, name, roles,
       all_funds, fund_ids, before, state, proposed_by, proposer, proposed_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'WAITING', $11, $12, $13,
       $13::timestamptz + make_interval(days => ${WAITS_DAYS}))`,
    [
      manager.tenantId,
      changeId,
      wanted.kind,
      user?.userId ?? null,
      email,
      name,
      roles,
      allFunds,
      fundIds,
      user === undefined ? null : JSON.stringify(beforeOf(user)),
      manager.actorId,
      personOf(manager),
      manager.now,
    ],
  );
  await recordManagement(client, manager, "user.propose", user?.userId ?? email, {
    changeId,
    kind: wanted.kind,
    roles,
    allFunds,
    fundIds,
  });
  return changeId;
}

const COLUMNS = `change_id AS "changeId", kind, user_id AS "userId", email, name, roles,
  all_funds AS "allFunds", fund_ids::text[] AS "fundIds", before, state,
  proposed_by AS "proposedBy", proposer, proposed_at AS "proposedAt", expires_at AS "expiresAt",
  decided_by AS "decidedBy", decided_at AS "decidedAt"`;

/** The changes of the tenant that wait and can be approved, or all of them, the newest first. */
export async function listChanges(
  pool: Pool,
  { tenantId }: Pick<Manager, "tenantId">,
  { waiting, limit, after }: { waiting: boolean; limit: number; after: string | undefined },
): Promise<AdministratorChange[]> {
  if (!isId(tenantId)) return [];
  const { rows } = await pool.query<AdministratorChange>(
    `SELECT ${COLUMNS} FROM administrator_change
     WHERE tenant_id = $1 AND (NOT $2 OR (state = 'WAITING' AND expires_at > now()))
       AND ($4::uuid IS NULL OR change_id < $4)
     ORDER BY change_id DESC LIMIT $3`,
    [tenantId, waiting, limit, after ?? null],
  );
  return rows;
}

/** A change that waits, held until the transaction ends. */
export async function lockWaiting(
  client: DatabaseClient,
  manager: Manager,
  changeId: string,
): Promise<AdministratorChange> {
  const { rows } = isId(changeId)
    ? await client.query<AdministratorChange>(
        `SELECT ${COLUMNS} FROM administrator_change
         WHERE tenant_id = $1 AND change_id = $2 FOR UPDATE`,
        [manager.tenantId, changeId],
      )
    : { rows: [] };
  const [change] = rows;
  if (change === undefined) throw new AppError("PROPOSAL_NOT_FOUND", "There is no such proposal.");
  refuseDecided(manager, change);
  return change;
}

export function refuseDecided(
  { now }: Pick<Manager, "now">,
  { state, expiresAt }: Pick<AdministratorChange, "state" | "expiresAt">,
): void {
  if (state === "WAITING" && expiresAt > now) return;
  throw new AppError("PROPOSAL_NOT_WAITING", "The proposal was decided, or its time is over.");
}

export async function storeDecision(
  client: DatabaseClient,
  manager: Manager,
  { changeId, userId, email, kind }: AdministratorChange,
  state: "APPROVED" | "REJECTED",
): Promise<AdministratorChange> {
  const { rows } = await client.query<AdministratorChange>(
    `UPDATE administrator_change SET state = $3, decided_by = $4, decided_at = $5
     WHERE tenant_id = $1 AND change_id = $2 RETURNING ${COLUMNS}`,
    [manager.tenantId, changeId, state, manager.actorId, manager.now],
  );
  const action = state === "APPROVED" ? "user.approve" : "user.reject";
  await recordManagement(client, manager, action, userId ?? email, { changeId, kind });
  return rows[0] as AdministratorChange;
}
