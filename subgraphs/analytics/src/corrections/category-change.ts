import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";

export type ChangeKind =
  | "SET"
  | "ACCEPT"
  | "UNDO"
  | "DELETE_PAYEE_RULE"
  | "SAVE_RULE"
  | "DELETE_RULE"
  | "RUN_RULES"
  | "RECATEGORISE";

/** What a person did to categories, as it is recorded. */
export interface CategoryChange {
  readonly changeId: string;
  readonly kind: ChangeKind;
  /** The fund it concerns; null when it concerns several. */
  readonly fundId: string | null;
  /** The transaction it began at, if it did at one. */
  readonly transactionId: string | null;
  /** The payee rule or tenant rule that it made, deleted or ran. */
  readonly ruleId: string | null;
  /** Transactions whose category it changed. */
  readonly changed: number;
  readonly madeBy: string;
  readonly madeAt: Date;
  /** The change that took it back. */
  readonly undoneBy: string | null;
}

/** What the work of a change adds to its record. */
export type ChangeResult = Pick<CategoryChange, "fundId" | "transactionId" | "ruleId" | "changed">;

export interface ChangeRequest {
  readonly kind: ChangeKind;
  /** A repeat by the same actor with the same key changes nothing. */
  readonly key: string | undefined;
  /** What was requested, to tell a repeat from another request. */
  readonly input: object;
}

export interface RecordedChange {
  readonly change: CategoryChange;
  /** An earlier request with the same key made it. */
  readonly replayed: boolean;
}

const COLUMNS = `change_id AS "changeId", kind, fund_id AS "fundId", transaction_id AS "transactionId",
  rule_id AS "ruleId", changed, made_by AS "madeBy", made_at AS "madeAt", undone_by AS "undoneBy"`;

// A second request with the same key waits here until the first has ended.
const BEGIN = `
  INSERT INTO category_change (tenant_id, change_id, kind, made_by, made_at, idempotency_key, input)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant_id, made_by, idempotency_key) DO NOTHING RETURNING change_id`;

const FIND = `
  SELECT ${COLUMNS}, kind = $4 AND input = $5::jsonb AS same FROM category_change
  WHERE tenant_id = $1 AND made_by = $2 AND idempotency_key = $3`;

const FINISH = `
  UPDATE category_change SET fund_id = $3, transaction_id = $4, rule_id = $5, changed = $6
  WHERE tenant_id = $1 AND change_id = $2 RETURNING ${COLUMNS}`;

/**
 * Makes and records a change in one transaction. Throws IDEMPOTENCY_CONFLICT when the key was used for
 * another request.
 */
export function makeChange(
  pool: Pool,
  { tenantId, actor, now }: RequestContext,
  { kind, key, input }: ChangeRequest,
  work: (client: DatabaseClient, changeId: string) => Promise<ChangeResult>,
): Promise<RecordedChange> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const changeId = newId();
    const asked = JSON.stringify(input);
    const begun = [tenantId, changeId, kind, actor, now, key ?? null, asked];
    const { rowCount } = await client.query(BEGIN, begun);
    if (rowCount === 0) return replay(client, [tenantId, actor, key, kind, asked]);
    const { fundId, transactionId, ruleId, changed } = await work(client, changeId);
    const result = [tenantId, changeId, fundId, transactionId, ruleId, changed];
    const { rows } = await client.query<CategoryChange>(FINISH, result);
    if (rows[0] === undefined) throw new Error("the change was not recorded");
    return { change: rows[0], replayed: false };
  });
}

async function replay(
  client: DatabaseClient,
  parameters: readonly unknown[],
): Promise<RecordedChange> {
  const { rows } = await client.query<CategoryChange & { same: boolean }>(FIND, [...parameters]);
  const [row] = rows;
  if (row === undefined) throw new Error("the change with this key is not there");
  const { same, ...change } = row;
  if (same) return { change, replayed: true };
  throw new AppError(
    "IDEMPOTENCY_CONFLICT",
    "The idempotency key was used for another request. Choose a new key.",
  );
}

const SELECT_CHANGE = `
  SELECT ${COLUMNS} FROM category_change WHERE tenant_id = $1 AND change_id = $2 FOR UPDATE`;

/** Locks a change of a tenant; undefined when there is none. */
export async function lockChange(
  client: DatabaseClient,
  tenantId: string,
  changeId: string,
): Promise<CategoryChange | undefined> {
  const { rows } = await client.query<CategoryChange>(SELECT_CHANGE, [tenantId, changeId]);
  return rows[0];
}

const MARK_UNDONE =
  "UPDATE category_change SET undone_by = $3 WHERE tenant_id = $1 AND change_id = $2";

export async function markUndone(
  client: DatabaseClient,
  tenantId: string,
  { changeId, undoneBy }: { readonly changeId: string; readonly undoneBy: string },
): Promise<void> {
  await client.query(MARK_UNDONE, [tenantId, changeId, undoneBy]);
}
