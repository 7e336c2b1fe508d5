import { expect, it } from "vitest";
import { Clients, readStored } from "./clients.ts";
import type { RunningSystem } from "./running-system.ts";
import { openSmallBook } from "./small-book.ts";

/** Postings that must be acknowledged before the next part is killed. */
const POSTINGS_BETWEEN = 20;

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
    const { transactions, last } = await readStored(system(), book);
    expect(clients.failures).toBeGreaterThan(0);
    expect(clients.uncoded).toEqual([]);
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
