import type { TestDatabase } from "@allfunds/platform/testing";
import { expect } from "vitest";
import type { SmallFund } from "../ledger-database.fixture.ts";
import { canonicalJson } from "./canonical-json.ts";
import { chainHash } from "./event-log.ts";

/** Everything the database holds about a book agrees with everything else. */
export async function expectSound(
  database: TestDatabase,
  { fundId, context: { tenantId } }: SmallFund,
): Promise<void> {
  const { rows: events } = await database.pool.query<{
    position: string;
    type: string;
    actor: string;
    recorded_at: Date;
    command_key: string | null;
    request_hash: Buffer | null;
    command_events: number | null;
    payload: unknown;
    hash: Buffer;
  }>("SELECT * FROM event WHERE book_id = $1 ORDER BY position", [fundId]);
  let hash: Buffer = Buffer.alloc(32);
  for (const [index, event] of events.entries()) {
    expect(Number(event.position)).toBe(index + 1);
    hash = chainHash(
      hash,
      {
        tenantId,
        bookId: fundId,
        position: index + 1,
        type: event.type,
        recordedAt: event.recorded_at.toISOString(),
        actor: event.actor,
        commandKey: event.command_key,
        requestHash: event.request_hash?.toString("hex") ?? null,
        commandEvents: event.command_events,
      },
      canonicalJson(event.payload),
    );
    expect(event.hash.equals(hash), `hash at ${index + 1}`).toBe(true);
  }
  const { rows: heads } = await database.pool.query<{ position: string; hash: Buffer }>(
    "SELECT position, hash FROM book WHERE id = $1",
    [fundId],
  );
  expect(Number(heads[0]?.position)).toBe(events.length);
  expect(heads[0]?.hash.equals(hash)).toBe(true);
  const { rows: wrong } = await database.pool.query(
    `SELECT a.code FROM account a LEFT JOIN entry e ON e.account_id = a.id WHERE a.fund_id = $1
     GROUP BY a.code, a.type, a.balance HAVING a.balance <>
       coalesce(sum(e.amount), 0) * CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END`,
    [fundId],
  );
  expect(wrong).toEqual([]);
}
