import { rounds, type TestDatabase, testSeed } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { exportBook } from "./export-book.ts";
import { short, verdictOn } from "./offline-log.fixture.ts";
import { RandomBook } from "./random-book.fixture.ts";
import type { StoredEvent } from "../engine/stored-events.ts";
import { Random } from "./random.fixture.ts";

const SEED = testSeed();
const BOOKS = rounds(2, 6);
/** More are played while one of the usual events has not come about. */
const MOST_BOOKS = 6;
const COMMANDS = 150;

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

async function exported(tenantId: string, bookId: string): Promise<string> {
  const parts: string[] = [];
  const write = (text: string): Promise<void> => Promise.resolve(void parts.push(text));
  await exportBook(database.pool, { tenantId, bookId }, write);
  return parts.join("");
}

/** The books of a tenant: the fund's, and the tenant's own when there is one. */
async function booksOf({ tenantId, fundId }: RandomBook): Promise<{ fund: string; own?: string }> {
  const { rows } = await graph.reads.query<{ id: string }>(
    "SELECT id FROM book WHERE tenant_id = $1 AND id <> $2",
    [tenantId, fundId],
  );
  const [own] = rows;
  return {
    fund: await exported(tenantId, fundId),
    ...(own === undefined ? {} : { own: await exported(tenantId, own.id) }),
  };
}

test(`whatever the service writes is sound (TEST_SEED=${SEED})`, async () => {
  const outcomes = new Set<string>();
  const types = new Set<string>();
  const isRare = (): boolean => OFTEN.some((type) => !types.has(type));
  for (let index = 0; index < BOOKS || (index < MOST_BOOKS && isRare()); index += 1) {
    const book = new RandomBook(graph, new Random(SEED + index));
    await book.play(COMMANDS);
    const { fund, own } = await booksOf(book);
    expect(foundIn(fund)).toBe("sound");
    expect(foundIn(fund, own)).toBe("sound");
    expect(foundIn(own ?? fund)).toBe("sound");
    for (const outcome of book.outcomes.keys()) outcomes.add(outcome);
    for (const { type } of eventsOf(fund)) types.add(type);
  }
  expect([...outcomes].filter((outcome) => outcome.endsWith("INTERNAL"))).toEqual([]);
  for (const type of OFTEN) expect(types).toContain(type);
});

/** What a run meets so often that without it the commands would not be random. */
const OFTEN = [
  "AccountFloorSet",
  "AccountFrozen",
  "ApprovalLimitSet",
  "ChangeProposed",
  "HoldCaptured",
  "HoldExpired",
  "HoldVoided",
  "PeriodClosed",
  "ProposalApproved",
  "TransactionPosted",
  "TransactionProposed",
];

const eventsOf = (text: string): StoredEvent[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as StoredEvent);

function foundIn(text: string, limits?: string): string {
  const verdict = verdictOn(text, limits);
  return verdict.sound ? "sound" : `${short(verdict)}: ${verdict.fault.what}`;
}
