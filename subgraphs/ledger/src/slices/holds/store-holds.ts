import type { BookId } from "../../engine/recorded-event.ts";
import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";
import type { HoldCaptured, HoldExpired, HoldPlaced, HoldVoided } from "./hold-events.ts";

const INSERT_HOLDS = `
  INSERT INTO hold (tenant_id, book_id, id, position, account_id, contra_account_id,
                    amount, captured, remaining, status, expires_at)
  SELECT $1, $2, id, position, account_id, contra_account_id,
         amount, 0, amount, 'ACTIVE', expires_at
  FROM unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::numeric[], $8::timestamptz[])
    AS u (id, position, account_id, contra_account_id, amount, expires_at)`;

const CHANGE_HOLDS = `
  UPDATE hold h
  SET captured = h.captured + u.captured, remaining = u.remaining, status = u.status
  FROM unnest($2::uuid[], $3::numeric[], $4::numeric[], $5::text[])
    AS u (id, captured, remaining, status)
  WHERE h.tenant_id = $1 AND h.id = u.id`;

interface Placed {
  readonly event: HoldPlaced;
  readonly position: number;
}

interface Change {
  readonly capturedMinor: bigint;
  readonly remainingMinor: bigint;
  readonly status: string;
}

/** Makes placed holds readable and brings those that changed up to date. */
export async function storeHolds(statements: Statements, batch: StoredBatch): Promise<void> {
  const placed: Placed[] = [];
  const changes = new Map<string, Change>();
  for (const { event, position } of batch.events) {
    if (event.type === "HoldPlaced") placed.push({ event, position });
    if (isChange(event)) {
      changes.set(event.holdId, changeBy(event, changes.get(event.holdId)));
    }
  }
  // Both leave at once and arrive in this order, so a hold can change in the batch that placed it.
  await Promise.all([
    placed.length === 0 ? undefined : insert(statements, batch.book, placed),
    changes.size === 0 ? undefined : change(statements, batch.book, changes),
  ]);
}

const insert = (
  statements: Statements,
  { tenantId, bookId }: BookId,
  placed: readonly Placed[],
): Promise<unknown> =>
  statements.query(INSERT_HOLDS, [
    tenantId,
    bookId,
    placed.map(({ event }) => event.holdId),
    placed.map(({ position }) => position),
    placed.map(({ event }) => event.accountId),
    placed.map(({ event }) => event.contraAccountId),
    placed.map(({ event }) => event.amountMinor.toString()),
    placed.map(({ event }) => event.expiresAt?.toISOString() ?? null),
  ]);

function change(
  statements: Statements,
  { tenantId }: BookId,
  changes: ReadonlyMap<string, Change>,
): Promise<unknown> {
  const changed = [...changes.values()];
  return statements.query(CHANGE_HOLDS, [
    tenantId,
    [...changes.keys()],
    changed.map(({ capturedMinor }) => capturedMinor.toString()),
    changed.map(({ remainingMinor }) => remainingMinor.toString()),
    changed.map(({ status }) => status),
  ]);
}

type HoldChange = HoldCaptured | HoldVoided | HoldExpired;

const isChange = (event: { readonly type: string }): event is HoldChange =>
  event.type === "HoldCaptured" || event.type === "HoldVoided" || event.type === "HoldExpired";

function changeBy(event: HoldChange, earlier: Change | undefined): Change {
  const capturedMinor = earlier?.capturedMinor ?? 0n;
  if (event.type !== "HoldCaptured") {
    const status = event.type === "HoldVoided" ? "VOIDED" : "EXPIRED";
    return { capturedMinor, remainingMinor: 0n, status };
  }
  return {
    capturedMinor: capturedMinor + event.amountMinor,
    remainingMinor: event.remainingMinor,
    status: event.remainingMinor === 0n ? "CAPTURED" : "ACTIVE",
  };
}
