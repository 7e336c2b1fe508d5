import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, withTransaction, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import type { TestTokenOptions } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyBook } from "../src/evidence/verify-book.ts";
import { advance } from "../src/projections/advance.ts";
import type { Projection } from "../src/projections/projection.ts";
import { PROJECTIONS } from "../src/slices/model.ts";
import { rebuild } from "../src/projections/rebuild.ts";
import { TERM_INDEX } from "../src/slices/search/term-index.ts";
import { LedgerUnderKill } from "./ledger-under-kill.ts";

const CLIENTS = 8;
const OPENING_EVENTS = 3;

let ledger: LedgerUnderKill;

/** The ledger of the running test. */
export const underKill = (): LedgerUnderKill => ledger;

interface Asking {
  readonly token?: TestTokenOptions;
  /** Idempotency key of the request. */
  readonly key?: string;
}

/** Repeats a request until there is an answer with its outcome: the same key makes that safe. */
export async function askUntilAnswered<Data>(
  query: string,
  variables: object,
  asking: Asking = {},
): Promise<Data> {
  for (;;) {
    const answer = await ask<Data>(query, variables, asking).catch(() => undefined);
    if (answer?.data !== undefined && answer.data !== null) return answer.data;
    const code = answer?.errors?.[0]?.extensions.code;
    if (code !== undefined && !/^(UPSTREAM_|INTERNAL_)/.test(code)) throw new Error(code);
    await sleep(50);
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask<Data>(
  query: string,
  variables: object,
  { token, key }: Asking,
): Promise<Answer<Data>> {
  const response = await fetch(`${ledger.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { "idempotency-key": key }),
      ...(await ledger.headers(token)),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(5_000),
  });
  return (await response.json()) as Answer<Data>;
}

const OPEN_FUND =
  'mutation ($id: ID!) { openFund(input: { id: $id, name: "F", currency: "EUR" }) { id } }';
const OPEN_ACCOUNT = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
const POST =
  "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id position } }";

const id = (last: string): string => `018f0000-0000-7000-8000-0000000000${last}`;
const [FUND, BANK, CAPITAL] = [id("f1"), id("a1"), id("a2")];

interface Posted {
  readonly key: string;
  readonly id: string;
  readonly position: number;
}

async function post(key: string): Promise<Posted> {
  const input = {
    fundId: FUND,
    effectiveDate: "2026-06-30",
    description: key,
    idempotencyKey: key,
    entries: [
      { accountId: BANK, side: "DEBIT", amount: "0.01" },
      { accountId: CAPITAL, side: "CREDIT", amount: "0.01" },
    ],
  };
  const { postTransaction } = await askUntilAnswered<{ postTransaction: Omit<Posted, "key"> }>(
    POST,
    { input },
  );
  return { key, ...postTransaction };
}

async function open(): Promise<void> {
  await askUntilAnswered(OPEN_FUND, { id: FUND });
  for (const [accountId, code, type] of [
    [BANK, "BANK", "ASSET"],
    [CAPITAL, "CAP", "EQUITY"],
  ]) {
    const input = { id: accountId, fundId: FUND, code, name: code, type };
    await askUntilAnswered(OPEN_ACCOUNT, { input });
  }
}

/** The rows of each read model, whatever its generation and the steps in which it was made. */
const ROWS_OF: Readonly<Record<string, string>> = {
  balances: `SELECT to_jsonb(t) - 'generation' AS row FROM balance_run t WHERE book_id = $1 ORDER BY 1`,
  // Runs that are parts of a larger one by now are left out.
  [TERM_INDEX.name]: `SELECT to_jsonb(t) - 'generation' AS row FROM term_page t
    JOIN projection p ON p.book_id = t.book_id AND p.name = '${TERM_INDEX.name}' AND p.generation = t.generation
    WHERE t.book_id = $1 AND (t.size = 8192 OR (t.run / 8 + 1) * t.size * 8 > p.position) ORDER BY 1`,
  statements: `SELECT to_jsonb(t) - 'generation' AS row FROM entry_day t WHERE book_id = $1 ORDER BY 1`,
};

/** All rows of a read model. */
function rowsOf(pool: Pool, { name }: Projection): Promise<unknown[]> {
  return withTransaction(pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query(ROWS_OF[name] ?? "", [FUND]);
    return rows;
  });
}

/** Kills the service and the database in turn while clients post; returns what was acknowledged. */
async function killUnderLoad(kills: number): Promise<Posted[]> {
  await open();
  const acknowledged: Posted[] = [];
  const work = { goesOn: true };
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let turn = 0; work.goesOn; turn += 1) acknowledged.push(await post(`${client}-${turn}`));
  });
  const progress = async (): Promise<void> => {
    const enough = acknowledged.length + 3 * CLIENTS;
    while (acknowledged.length < enough) await sleep(10);
  };
  for (let kill = 0; kill < kills; kill += 1) {
    await progress();
    await ledger.killService();
    await progress();
    await ledger.killDatabase();
  }
  await progress();
  work.goesOn = false;
  await Promise.all(clients);
  return acknowledged;
}

/** Compares what was acknowledged with the books, and the books with a replay of their events. */
async function expectWhole(acknowledged: readonly Posted[]): Promise<void> {
  const pool = createPool({ url: ledger.databaseUrl, logger: createLogger("test", "silent") });
  const book = { tenantId: DEMO_TENANT_ID, bookId: FUND };
  const { rows } = await withTransaction(pool, book, (client) =>
    client.query<{ position: string; id: string; key: string }>(
      `SELECT position, payload ->> 'transactionId' AS id, payload ->> 'description' AS key
       FROM event WHERE book_id = $1 AND type = 'TransactionPosted' ORDER BY position`,
      [FUND],
    ),
  );
  const stored = rows.map((row) => ({ ...row, position: Number(row.position) }));
  const byPosition = [...acknowledged].sort((a, b) => a.position - b.position);
  // Every key was sent until it was acknowledged, so what is stored is what was acknowledged.
  expect(stored).toEqual(byPosition);
  expect(stored.map(({ position }) => position)).toEqual(
    stored.map((_, index) => OPENING_EVENTS + 1 + index),
  );
  // Chain, entries and balances, each against a replay of the events.
  expect(await verifyBook(pool, book)).toMatchObject({
    sound: true,
    position: OPENING_EVENTS + acknowledged.length,
  });
  const { rows: balances } = await withTransaction(pool, book, (client) =>
    client.query<{ balance: string }>("SELECT balance FROM account WHERE id = $1", [BANK]),
  );
  expect(balances[0]?.balance).toBe(String(acknowledged.length));
  for (const projection of PROJECTIONS) {
    while (!(await advance(pool, book, projection)).done);
    const followed = await rowsOf(pool, projection);
    await rebuild(pool, book, projection);
    expect(await rowsOf(pool, projection)).toEqual(followed);
  }
  await pool.end();
}

/** Tests so many kills of the service, and as many of its database, under load. */
export function testKills(kills: number): void {
  beforeAll(async () => {
    ledger = await LedgerUnderKill.start();
  });
  afterAll(() => ledger.stop());

  test(`${2 * kills} kills under load lose no acknowledged posting and store none twice`, async () => {
    const acknowledged = await killUnderLoad(kills);
    expect(acknowledged.length).toBeGreaterThan(0);
    await expectWhole(acknowledged);
  });
}
