import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, pause, RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start({ offset: 22_000 });
});

afterAll(async () => {
  await system.remove();
});

/** Clients that post and, whatever goes wrong, repeat under the same key until they are answered. */
class Clients {
  readonly acknowledged = new Map<string, string>();
  unanswered = 0;
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(book: SmallBook, count: number) {
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
        const response = await postTransaction(system, deposit(book, "1.00"), key);
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

interface Figures {
  readonly account: { readonly balance: { readonly amount: string }; readonly version: number };
  readonly fund: {
    readonly position: number;
    readonly metrics: { readonly cash: { readonly amount: string } };
    readonly transactions: {
      readonly nodes: readonly {
        readonly id: string;
        readonly position: number;
        readonly category: { readonly code: string } | null;
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

it("stores every acknowledged transaction once, and the followers agree, when any part is killed under load", async () => {
  const book = await openSmallBook(system, "Under fire");
  const clients = new Clients(book, 8);
  for (const victim of [
    "subgraphs/ledger",
    "subgraphs/metrics",
    "subgraphs/analytics",
    "identity",
    "postgres",
  ]) {
    await pause(1_000);
    await system.kill(victim);
    const before = clients.acknowledged.size;
    await eventually(60_000, async () =>
      expect(clients.acknowledged.size).toBeGreaterThan(before + 20),
    );
  }
  await pause(500);
  await clients.stop();

  const count = clients.acknowledged.size;
  const transactions: { id: string; position: number; category: unknown }[] = [];
  let last: Figures | undefined;
  for (let after: string | null = null; ;) {
    const cursor: string | null = after;
    const page: Figures = await eventually(60_000, () =>
      system.ask<Figures>(FIGURES, { fund: book.fundId, cash: book.cashId, after: cursor }),
    );
    transactions.push(...page.fund.transactions.nodes);
    last = page;
    if (!page.fund.transactions.pageInfo.hasNextPage) break;
    after = page.fund.transactions.pageInfo.endCursor;
  }

  expect(clients.unanswered).toBeGreaterThan(0);
  expect(new Set(transactions.map(({ id }) => id))).toEqual(new Set(clients.acknowledged.values()));
  expect(transactions).toHaveLength(count);
  expect(last.account.balance.amount).toBe(`${count}.00`);
  expect(last.fund.metrics.cash.amount).toBe(`${count}.00`);
  expect(transactions.every(({ category }) => category !== null)).toBe(true);
  // Positions 1..n: the fund, its two accounts, then the transactions without a gap.
  expect(last.fund.position).toBe(count + 3);
  expect(transactions.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
    Array.from({ length: count }, (_, index) => index + 4),
  );
});

it("stops within ten seconds with exit code 0", async () => {
  const { code, tookMs } = await system.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
});
