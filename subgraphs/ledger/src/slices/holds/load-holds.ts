import type { Needs } from "../../engine/command-needs.ts";
import type { Loading } from "../../engine/load-needs.ts";
import type { HoldState, HoldStatus } from "./hold-state.ts";

const COLUMNS = "id, book_id, account_id, contra_account_id, remaining, expires_at, status";

const READ_BY_IDS = `
  SELECT ${COLUMNS} FROM hold WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const READ_ACTIVE = `
  SELECT ${COLUMNS} FROM hold
  WHERE tenant_id = $1 AND account_id = ANY ($2::uuid[]) AND status = 'ACTIVE'`;

interface HoldRow {
  readonly id: string;
  readonly book_id: string;
  readonly account_id: string;
  readonly contra_account_id: string | null;
  readonly remaining: string;
  readonly expires_at: Date | null;
  readonly status: HoldStatus;
}

/** Loads holds that commands name and no draft speaks of yet; they may be of the past. */
export async function loadHolds({ client, book, draft }: Loading, needs: Needs): Promise<void> {
  const ids = [...needs.holdIds].filter((id) => draft.hold(id) === undefined);
  if (ids.length === 0) return;
  const { rows } = await client.query<HoldRow>(READ_BY_IDS, [book.tenantId, ids]);
  for (const row of rows) if (row.book_id === book.bookId) draft.putHold(toHoldState(row));
}

/** Loads all that reserve something on these accounts, which have just been loaded themselves. */
export async function loadActiveHolds(
  { client, book, state }: Loading,
  accountIds: readonly string[],
): Promise<void> {
  if (accountIds.length === 0) return;
  const { rows } = await client.query<HoldRow>(READ_ACTIVE, [book.tenantId, accountIds]);
  for (const row of rows) state.putHold(toHoldState(row));
}

const toHoldState = (row: HoldRow): HoldState => ({
  id: row.id,
  accountId: row.account_id,
  contraAccountId: row.contra_account_id,
  remainingMinor: BigInt(row.remaining),
  expiresAt: row.expires_at,
  status: row.status,
});
