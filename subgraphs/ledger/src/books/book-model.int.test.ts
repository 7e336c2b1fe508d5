import { isConnectionFailure, newId, type RequestContext } from "@allfunds/platform";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase, openBooks } from "../ledger-database.fixture.ts";
import {
  BookModel,
  checkHistory,
  type Heard,
  type ModelVerdict,
  type Move,
} from "./book-model.fixture.ts";
import type { CommandProcessor, Order } from "./command-processor.ts";
import type { Verdict } from "./decide-batch.ts";

/** MODEL_SEED=… replays the questions of a run that failed. */
const GIVEN_SEED = process.env["MODEL_SEED"];
const ROUNDS = 3;
const CLIENTS = 12;
const QUESTIONS = 40;

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface Purses {
  readonly context: RequestContext;
  readonly fundId: string;
  readonly accounts: readonly string[];
  /** Events before the first posting. */
  readonly opening: number;
}

async function openPurses(books: CommandProcessor): Promise<Purses> {
  const context = testContext();
  const fundId = newId();
  const accounts = Array.from({ length: 5 }, () => newId());
  const order = (command: Order["command"]): Order => ({
    bookId: fundId,
    command,
    key: undefined,
    said: null,
  });
  await books.execute(context, order({ kind: "OpenFund", fundId, name: "M", currency: "EUR" }));
  for (const [index, accountId] of accounts.entries()) {
    const command = {
      kind: "OpenAccount",
      fundId,
      accountId,
      code: `P${index}`,
      name: `Purse ${index}`,
      type: "ASSET",
      currency: undefined,
      minimumBalance: index === 0 ? undefined : "0",
    } as const;
    await books.execute(context, order(command));
  }
  return { context, fundId, accounts, opening: accounts.length + 1 };
}

function randomMove(random: (below: number) => number): Move {
  const from = random(5);
  return {
    from,
    to: (from + 1 + random(4)) % 5,
    cents: 1 + random(from === 0 ? 60 : 40),
    // Few enough that they meet.
    key: random(3) === 0 ? `key-${random(60)}` : undefined,
    reference: random(8) === 0 ? `ref-${random(25)}` : null,
  };
}

const toOrder = ({ fundId, accounts }: Purses, move: Move): Order => {
  const amount = (move.cents / 100).toFixed(2);
  const said = [move.from, move.to, move.cents, move.reference];
  return {
    bookId: fundId,
    key: move.key,
    said,
    command: {
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      description: "Move",
      reference: move.reference,
      metadata: {},
      source: { kind: "API" },
      entries: [
        { accountId: accounts[move.from] ?? "", side: "CREDIT", amount },
        { accountId: accounts[move.to] ?? "", side: "DEBIT", amount },
      ],
    },
  };
};

function toModelVerdict(verdict: Verdict, { opening }: Purses): ModelVerdict {
  if (!verdict.accepted) return { code: verdict.refusal.code };
  const [event] = verdict.events;
  if (event === undefined) return { code: "NO_EVENT" };
  const { entries } = event.payload as { entries: { balanceAfter: string }[] };
  const [from = 0n, to = 0n] = entries.map(({ balanceAfter }) =>
    BigInt(balanceAfter.replace(".", "")),
  );
  return { position: event.position - opening, replayed: verdict.replayed, after: [from, to] };
}

/** Connections die and the book's row is held back, at moments drawn from the seed. */
async function disturb(
  { fundId }: Purses,
  random: (below: number) => number,
  work: { goesOn: boolean },
): Promise<void> {
  while (work.goesOn) {
    await new Promise((resolve) => setTimeout(resolve, random(30)));
    const disturbance =
      random(3) === 0
        ? `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < 0.5`
        : `SELECT pg_sleep(${random(25)} / 1000.0) FROM (SELECT FROM book WHERE id = '${fundId}' FOR UPDATE) b`;
    await database.pool.query(disturbance).catch((error: unknown) => {
      if (!isConnectionFailure(error)) throw error;
    });
  }
}

async function runRound(seed: number): Promise<{ purses: Purses; heard: Heard[] }> {
  const instances = [openBooks(database), openBooks(database)] as const;
  const purses = await openPurses(instances[0].books);
  const heard: Heard[] = [];
  let clock = 0;
  const ask = async (client: number): Promise<void> => {
    const random = randomFrom(seed * 1_000 + client);
    for (let question = 0; question < QUESTIONS; question += 1) {
      const many = random(4) === 0 ? 1 + random(4) : 1;
      const moves = Array.from({ length: many }, () => randomMove(random));
      const orders = moves.map((move) => toOrder(purses, move));
      const { books } = instances[random(2) === 0 ? 0 : 1];
      const asked = (clock += 1);
      const verdicts = await books.executeEach(purses.context, purses.fundId, orders, false);
      const answered = (clock += 1);
      const told = verdicts.map((verdict) => toModelVerdict(verdict, purses));
      heard.push({ moves, asked, answered, verdicts: told });
    }
  };
  const work = { goesOn: true };
  const disturbing = disturb(purses, randomFrom(seed), work);
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => ask(client)));
  work.goesOn = false;
  await disturbing;
  return { purses, heard };
}

const seeds =
  GIVEN_SEED === undefined
    ? Array.from({ length: ROUNDS }, () => Math.floor(Math.random() * 1_000_000))
    : [Number(GIVEN_SEED)];

test.each(seeds)(
  "what clients of two instances hear through resets and delays is what one book would say (MODEL_SEED=%i)",
  async (seed) => {
    const { purses, heard } = await runRound(seed);
    const { faults, balances, accepted } = checkHistory(heard);
    expect(faults).toEqual([]);
    expect(accepted).toBeGreaterThan(CLIENTS);
    const { rows } = await database.pool.query<{ code: string; balance: string }>(
      "SELECT code, balance FROM account WHERE fund_id = $1 ORDER BY code",
      [purses.fundId],
    );
    expect(rows.map(({ balance }) => BigInt(balance))).toEqual(balances);
    const { rows: heads } = await database.pool.query<{ position: string }>(
      "SELECT position FROM book WHERE id = $1",
      [purses.fundId],
    );
    expect(Number(heads[0]?.position)).toBe(purses.opening + accepted);
  },
  60_000,
);

const told = (position: number, after: [bigint, bigint]): ModelVerdict => ({
  position,
  replayed: false,
  after,
});

test("the model itself finds a lost, a doubled and a wrongly refused posting", () => {
  const move: Move = { from: 0, to: 1, cents: 5, key: undefined, reference: null };
  const heard = (asked: number, verdict: ModelVerdict): Heard => ({
    moves: [move],
    asked,
    answered: asked + 1,
    verdicts: [verdict],
  });
  const first = heard(1, told(1, [-5n, 5n]));
  expect(checkHistory([first]).faults).toEqual([]);
  expect(checkHistory([first, heard(3, told(1, [-5n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, heard(3, told(3, [-10n, 10n]))]).faults).toHaveLength(1);
  expect(checkHistory([heard(1, told(1, [-4n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, heard(3, { code: "INSUFFICIENT_FUNDS" })]).faults).toHaveLength(1);
  expect(new BookModel().refusalOf({ ...move, from: 1, to: 0 })).toBe("INSUFFICIENT_FUNDS");
});
