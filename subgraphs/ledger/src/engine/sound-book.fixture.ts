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
    request_hash: string | null;
    command_events: number | null;
    payload: unknown;
    hash: string;
  }>(
    `SELECT position, type, actor, recorded_at, command_key, encode(request_hash, 'hex') AS request_hash,
      command_events, payload, encode(hash, 'hex') AS hash
     FROM event WHERE book_id = $1 ORDER BY position`,
    [fundId],
  );
  let hash = "0".repeat(64);
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
        requestHash: event.request_hash,
        commandEvents: event.command_events,
      },
      canonicalJson(event.payload),
    );
    expect(event.hash, `hash at ${index + 1}`).toBe(hash);
  }
  const { rows: heads } = await database.pool.query<{ position: string; hash: string }>(
    "SELECT position, encode(hash, 'hex') AS hash FROM book WHERE id = $1",
    [fundId],
  );
  expect(Number(heads[0]?.position)).toBe(events.length);
  expect(heads[0]?.hash).toBe(hash);
  const { rows: wrong } = await database.pool.query(
    `SELECT a.code FROM account a LEFT JOIN entry e ON e.account_id = a.id WHERE a.fund_id = $1
     GROUP BY a.code, a.type, a.balance HAVING a.balance <>
       coalesce(sum(e.amount), 0) * CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END`,
    [fundId],
  );
  expect(wrong).toEqual([]);
}
