import { isConnectionFailure } from "@allfunds/platform/database";
import { randomFrom, rounds, type TestDatabase, testSeed } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase, openBooks } from "../ledger-database.fixture.ts";
import { checkHistory, type Answered } from "./book-model.fixture.ts";
import {
  openAccounts,
  randomMove,
  toModelVerdict,
  toOrder,
  type FiveAccounts,
} from "./accounts.fixture.ts";

const ROUNDS = rounds(1, 3);
const CLIENTS = 12;
const QUESTIONS = 40;

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

/**
 * Connections die and the book's row is held back, at moments drawn from the seed. They die again only after an
 * answer: a starved machine would lose them faster than the books repeat.
 */
async function disturb(
  { fundId }: FiveAccounts,
  random: (below: number) => number,
  work: { goesOn: boolean; readonly answers: readonly Answered[] },
): Promise<void> {
  let survived = -1;
  while (work.goesOn) {
    await new Promise((resolve) => setTimeout(resolve, random(30)));
    const kills = random(3) === 0 && work.answers.length > survived;
    if (kills) survived = work.answers.length;
    const disturbance = kills
      ? `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < 0.5`
      : `SELECT pg_sleep(${random(25)} / 1000.0) FROM (SELECT FROM book WHERE id = '${fundId}' FOR UPDATE) b`;
    await database.pool.query(disturbance).catch((error: unknown) => {
      if (!isConnectionFailure(error)) throw error;
    });
  }
}

async function runRound(seed: number): Promise<{ fund: FiveAccounts; answers: Answered[] }> {
  const instances = [openBooks(database), openBooks(database)] as const;
  const fund = await openAccounts(instances[0].books);
  const answers: Answered[] = [];
  let clock = 0;
  const ask = async (client: number): Promise<void> => {
    const random = randomFrom(seed * 1_000 + client);
    for (let question = 0; question < QUESTIONS; question += 1) {
      const many = random(4) === 0 ? 1 + random(4) : 1;
      const moves = Array.from({ length: many }, () => randomMove(random));
      const orders = moves.map((move) => toOrder(fund, move));
      const { books } = instances[random(2) === 0 ? 0 : 1];
      const asked = (clock += 1);
      const verdicts = await books.executeEach(fund.context, fund.fundId, orders, false);
      const answered = (clock += 1);
      const outcomes = verdicts.map((verdict) => toModelVerdict(verdict, fund));
      answers.push({ moves, asked, answered, verdicts: outcomes });
    }
  };
  const work = { goesOn: true, answers };
  const disturbing = disturb(fund, randomFrom(seed), work);
  try {
    await Promise.all(Array.from({ length: CLIENTS }, (_, client) => ask(client)));
  } finally {
    work.goesOn = false;
    await disturbing;
  }
  return { fund, answers };
}

test.each(Array.from({ length: ROUNDS }, (_, round) => testSeed() + round))(
  "answers of two instances are those of one book through resets and delays (seed %i)",
  async (seed) => {
    const { fund, answers } = await runRound(seed);
    const { faults, balances, accepted } = checkHistory(answers);
    expect(faults).toEqual([]);
    expect(accepted).toBeGreaterThan(CLIENTS);
    const { rows } = await database.pool.query<{ code: string; balance: string }>(
      "SELECT code, balance FROM account WHERE fund_id = $1 ORDER BY code",
      [fund.fundId],
    );
    expect(rows.map(({ balance }) => BigInt(balance))).toEqual(balances);
    const { rows: heads } = await database.pool.query<{ position: string }>(
      "SELECT position FROM book WHERE id = $1",
      [fund.fundId],
    );
    expect(Number(heads[0]?.position)).toBe(fund.opening + accepted);
  },
);
