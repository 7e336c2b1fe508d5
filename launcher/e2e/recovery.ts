import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { eventually, pause, type RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

/** Postings that must be acknowledged before the next part is killed. */
const POSTINGS_BETWEEN = 20;
const LIMIT_MS = 120_000;

/** Clients that post and, whatever goes wrong, repeat under the same key until they are answered. */
class Clients {
  readonly acknowledged = new Map<string, string>();
  unanswered = 0;
  readonly #system: RunningSystem;
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(system: RunningSystem, book: SmallBook, count: number) {
    this.#system = system;
    this.#loops = Array.from({ length: count }, () => this.#postForEver(book));
  }

  async #postForEver(book: SmallBook): Promise<void> {
    while (!this.#stopped) {
      const key = randomUUID();
      const id = await this.#postUntilAnswered(book, key);
      this.acknowledged.set(key, id);
    }
  }

  async #postUntilAnswered(book: SmallBook, key: string): Promise<string> {
    for (;;) {
      try {
        const response = await postTransaction(this.#system, deposit(book, "1.00"), key);
        const body = (await response.json()) as { id: string; code: string };
        if (response.status === 201) return body.id;
        if (response.status < 500) throw new RangeError(`refused: ${body.code}`);
      } catch (error) {
        if (error instanceof RangeError) throw error;
      }
      this.unanswered += 1;
      await pause(50);
    }
  }

  async haveMore(postings: number): Promise<void> {
    const before = this.acknowledged.size;
    await eventually(LIMIT_MS, async () => {
      const more = this.acknowledged.size - before;
      if (more < postings) throw new Error(`${more} of ${postings} postings were acknowledged`);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }
}

const FIGURES = `query ($fund: ID!, $cash: ID!, $after: Cursor) {
  account(id: $cash) { balance { amount } version }
  fund(id: $fund) {
    position
    metrics { cash { amount } position }
    transactions(first: 200, after: $after) { nodes { id position category { code } } pageInfo { hasNextPage endCursor } }
  }
}`;

interface Stored {
  readonly id: string;
  readonly position: number;
  readonly category: { readonly code: string } | null;
}

interface Figures {
  readonly account: { readonly balance: { readonly amount: string }; readonly version: number };
  readonly fund: {
    readonly position: number;
    readonly metrics: { readonly cash: { readonly amount: string } };
    readonly transactions: {
      readonly nodes: readonly Stored[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

/** Kills parts of the system one after the other under load and compares what clients were answered with the books. */
export function testRecovery(system: () => RunningSystem, victims: readonly string[]): void {
  it(`stores every acknowledged transaction once, and the followers agree, when it is killed under load: ${victims.join(", ")}`, async () => {
    const book = await openSmallBook(system(), "Under fire");
    const clients = new Clients(system(), book, 8);
    for (const victim of victims) {
      await clients.haveMore(POSTINGS_BETWEEN);
      await system().kill(victim);
    }
    await clients.haveMore(POSTINGS_BETWEEN);
    await clients.stop();

    const count = clients.acknowledged.size;
    const { transactions, last } = await readAll(system(), book);
    expect(clients.unanswered).toBeGreaterThan(0);
    expect(new Set(transactions.map(({ id }) => id))).toEqual(
      new Set(clients.acknowledged.values()),
    );
    expect(transactions).toHaveLength(count);
    expect(last.account.balance.amount).toBe(`${count}.00`);
    expect(last.fund.metrics.cash.amount).toBe(`${count}.00`);
    expect(transactions.filter(({ category }) => category === null)).toEqual([]);
    // Positions 1..n: the fund, its two accounts, then the transactions without a gap.
    expect(last.fund.position).toBe(count + 3);
    expect(transactions.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, index) => index + 4),
    );
  });
}

async function readAll(
  system: RunningSystem,
  book: SmallBook,
): Promise<{ transactions: Stored[]; last: Figures }> {
  const transactions: Stored[] = [];
  for (let after: string | null = null; ;) {
    const cursor: string | null = after;
    const last: Figures = await eventually(LIMIT_MS, () =>
      system.ask<Figures>(FIGURES, { fund: book.fundId, cash: book.cashId, after: cursor }),
    );
    const { nodes, pageInfo } = last.fund.transactions;
    transactions.push(...nodes);
    if (!pageInfo.hasNextPage) return { transactions, last };
    after = pageInfo.endCursor;
  }
}
