import { accountOf } from "../slices/accounts/account.ts";
import { createLogger } from "@allfunds/platform/logging";
import { randomFrom, rounds, testSeed } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkHistory, type Answered } from "./book-model.fixture.ts";
import { MODEL, type BookCommand, type Books } from "../slices/model.ts";
import { CommandBus } from "./command-bus.ts";
import {
  openAccounts,
  randomMove,
  toModelVerdict,
  toOrder,
  type FiveAccounts,
} from "./accounts.fixture.ts";
import { SimulatedBook } from "./simulated-book.fixture.ts";
import { isOneIn, Turns } from "./turns.fixture.ts";

const ROUNDS = rounds(8, 30);
const QUESTIONS = 8;
/** Around the sizes at which a queue does something else. */
const SIZES = [1, 2, 9, 10, 11, 25, 100, 260, 501];

const quiet = createLogger("test", "silent");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Clients of two instances that write one book, each sending its next request when it was answered. */
async function askAll(
  instances: readonly Books[],
  fund: FiveAccounts,
  seed: number,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  let clock = 0;
  const draw = randomFrom(seed);
  const clients = [4, 16, 48][draw(3)] ?? 4;
  const sizes = SIZES.slice(0, 1 + draw(clients > 16 ? 6 : SIZES.length));
  const others = [Infinity, 40, 6][draw(3)] ?? Infinity;
  const ask = async (client: number): Promise<void> => {
    const random = randomFrom(seed * 1_000 + client);
    for (let question = 0; question < QUESTIONS; question += 1) {
      const size = sizes[random(sizes.length)] ?? 1;
      const moves = Array.from({ length: size }, () => randomMove(random));
      const orders = moves.map((move) => toOrder(fund, move));
      // Most on one instance, so that batches meet there, and not only instances.
      const books = instances[isOneIn(others, random) ? 1 : 0];
      const asked = (clock += 1);
      const verdicts = await books?.executeEach(fund.context, fund.fundId, orders, false);
      const answered = (clock += 1);
      const outcomes = verdicts?.map((verdict) => toModelVerdict(verdict, fund)) ?? [];
      answers.push({ moves, asked, answered, verdicts: outcomes });
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  return answers;
}

async function runRound(seed: number) {
  const turns = new Turns(seed);
  let book: SimulatedBook | undefined;
  const instance = () =>
    new CommandBus<BookCommand>({
      model: MODEL,
      storeOf: () => (book ??= new SimulatedBook(turns)).store(),
      lockAll: () => Promise.reject(new Error("there is one book")),
      logger: quiet,
      onCommit: () => undefined,
      onCorrupt: ({ bookId }) => {
        throw new Error(`the book ${bookId} is corrupt`);
      },
    });
  const instances = [instance(), instance()] as const;
  let fund: FiveAccounts | undefined;
  let answers: Answered[] = [];
  const work = async (): Promise<void> => {
    fund = await openAccounts(instances[0]);
    answers = await askAll(instances, fund, seed);
  };
  await turns.until(work());
  if (book === undefined || fund === undefined) throw new Error("nothing was opened");
  return { book, fund, answers };
}

let overlaps = 0;

test.each(Array.from({ length: ROUNDS }, (_, round) => testSeed() + round))(
  "whatever happens in whatever order, a queue goes on and answers as one book would (seed %i)",
  async (seed) => {
    const { book, fund, answers } = await runRound(seed);
    const { faults, balances, accepted } = checkHistory(answers);
    expect(faults).toEqual([]);
    expect(fund.accounts.map((id) => accountOf(book.state, id)?.balanceMinor)).toEqual(balances);
    expect(book.events).toHaveLength(fund.opening + accepted);
    overlaps += book.overlaps;
  },
);

test("in these rounds batches were sent behind others", () => {
  expect(overlaps).toBeGreaterThan(ROUNDS / 2);
});
