import type { EntrySide, TransactionPosted } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { ProposalStatus } from "../proposals/proposal.ts";
import { plainParts, type LinePart } from "./line-part.ts";
import { keyOfMove } from "./moved-line.ts";

/** Where the other side of a posted line stands. */
export interface Allocation {
  readonly parts: readonly LinePart[];
  /** The side of their entries. */
  readonly side: EntrySide;
  /** How often it was moved or split, or that was proposed. */
  readonly moves: number;
  /** The proposal of a change that waits for approval; undefined when none does. */
  readonly waiting: string | undefined;
}

const READ_POSTED = `
  SELECT e.payload FROM unnest($3::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT book_id, position FROM transaction WHERE tenant_id = $1 AND id = wanted.id OFFSET 0) t
  CROSS JOIN LATERAL (
    SELECT payload FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = t.position OFFSET 0) e
  WHERE t.book_id = $2 AND NOT EXISTS (SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = wanted.id)`;

// A command's key stands on its first event; what it posted or proposed is its last.
const READ_MOVES = `
  SELECT wanted.line_id AS "lineId", p.status, p.id AS "proposalId", coalesce(e.payload->'entries', e.payload->'legs') AS entries
  FROM unnest($3::uuid[], $4::uuid[]) AS wanted (line_id, key)
  CROSS JOIN LATERAL (
    SELECT position + coalesce(command_events, 1) - 1 AS last FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND command_key = wanted.key OFFSET 0) f
  CROSS JOIN LATERAL (
    SELECT payload, position FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = f.last OFFSET 0) e
  LEFT JOIN proposal p ON p.tenant_id = $1 AND p.book_id = $2 AND p.position = e.position`;

interface MoveRow {
  readonly lineId: string;
  /** Null of a move that was not above a limit. */
  readonly status: ProposalStatus | null;
  readonly proposalId: string | null;
  readonly entries: TransactionPosted["entries"];
}

/** Where lines stand, by the transactions that posted them on a bank account; lines that are not posted, or were reversed, have no place. */
export async function readAllocations(
  reads: TenantReads,
  { tenantId, bookId }: BookId,
  accountId: string,
  lineIds: readonly string[],
): Promise<Map<string, Allocation>> {
  const places = new Map<string, Allocation>();
  if (lineIds.length === 0) return places;
  const parameters = [tenantId, bookId, lineIds] as const;
  const posted = await reads.query<{ payload: TransactionPosted }>(READ_POSTED, parameters);
  for (const { payload } of posted.rows) {
    const [other, ...others] = payload.entries.filter((each) => each.accountId !== accountId);
    if (other === undefined || others.some(({ side }) => side !== other.side)) continue;
    const place = { side: other.side, moves: 0, waiting: undefined };
    places.set(payload.transactionId, { ...place, parts: plainParts([other, ...others]) });
  }
  let open = [...places.keys()];
  for (let nth = 1; open.length > 0; nth += 1) {
    const keys = open.map((id) => keyOfMove(id, nth));
    const { rows } = await reads.query<MoveRow>(READ_MOVES, [tenantId, bookId, open, keys]);
    for (const { lineId, status, proposalId, entries } of rows) {
      const before = places.get(lineId);
      if (before === undefined) continue;
      const isMoved = status === null || status === "APPROVED";
      const to = entries.filter(({ side }) => side === before.side);
      places.set(lineId, {
        side: before.side,
        parts: isMoved ? plainParts(to) : before.parts,
        moves: nth,
        waiting: status === "WAITING" ? (proposalId ?? undefined) : undefined,
      });
    }
    open = rows.map(({ lineId }) => lineId);
  }
  return places;
}
