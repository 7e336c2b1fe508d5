import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { LedgerBackup } from "./ledger-backup.ts";
import { eventually, type RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

const run = promisify(execFile);
const BOOTSTRAP = join(import.meta.dirname, "../bootstrap.mjs");
const PORTS = { metrics: 4003, analytics: 4002 } as const;
const FOLLOWERS = ["metrics", "analytics"] as const;

const LIMIT_MS = 120_000;

const payIn = async (
  system: RunningSystem,
  book: SmallBook,
  count: number,
  amount: string,
): Promise<void> => {
  for (let nth = 0; nth < count; nth += 1) {
    const key = randomUUID();
    await eventually(LIMIT_MS, async () => {
      const response = await postTransaction(system, deposit(book, amount), key);
      expect(response.status).toBe(201);
    });
  }
};

const FIGURES = `query ($fund: ID!, $cash: ID!) {
  account(id: $cash) { balance { amount } }
  fund(id: $fund) {
    position
    metrics { cash { amount } }
    transactions(first: 100) { nodes { id category { code } } }
  }
}`;

interface Figures {
  readonly account: { readonly balance: { readonly amount: string } };
  readonly fund: {
    readonly position: number;
    readonly metrics: { readonly cash: { readonly amount: string } } | null;
    readonly transactions: { readonly nodes: readonly { readonly category: object | null }[] };
  };
}

const variables = (book: SmallBook) => ({ fund: book.fundId, cash: book.cashId });

const figuresAgree = (
  system: RunningSystem,
  book: SmallBook,
  amount: string,
  transactions: number,
): Promise<void> =>
  eventually(LIMIT_MS, async () => {
    const { account, fund } = await system.ask<Figures>(FIGURES, variables(book));
    expect(account.balance.amount).toBe(amount);
    expect(fund.metrics?.cash.amount).toBe(amount);
    expect(fund.transactions.nodes).toHaveLength(transactions);
    expect(fund.transactions.nodes.filter(({ category }) => category === null)).toEqual([]);
  });

const readinessOf = async (system: RunningSystem, follower: (typeof FOLLOWERS)[number]) => {
  const response = await fetch(system.url(PORTS[follower], "/health/ready"));
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  return { status: response.status, feed: checks["feed"] };
};

/** Puts the ledger's database back to an earlier state beneath its followers, and rebuilds them. */
export function testRestoredLedger(system: () => RunningSystem): void {
  it("shows no figure of a lost future when the ledger is restored, and is whole after a rebuild", async () => {
    const book = await openSmallBook(system(), "Restored");
    await payIn(system(), book, 20, "1.00");
    await figuresAgree(system(), book, "20.00", 20);
    const backup = await LedgerBackup.take(system());
    try {
      await payIn(system(), book, 10, "100.00");
      await figuresAgree(system(), book, "1020.00", 30);
      await backup.restore();
    } finally {
      await backup.end();
    }
    await system().kill("subgraphs/ledger");
    // Past the place at which the followers stand.
    await payIn(system(), book, 15, "7.00");

    for (const follower of FOLLOWERS) await isRefused(system(), follower);
    const { data, errors } = await system().graphql<Figures>(FIGURES, variables(book));
    expect(data?.account.balance.amount).toBe("125.00");
    expect(data?.fund.metrics).toBeNull();
    expect(data?.fund.transactions.nodes.filter(({ category }) => category !== null)).toEqual([]);
    const codes = new Set(errors?.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(new Set(["CONSISTENCY_TIMEOUT"]));

    for (const follower of FOLLOWERS) await rebuild(system(), follower);
    await figuresAgree(system(), book, "125.00", 35);
    await payIn(system(), book, 1, "0.50");
    await figuresAgree(system(), book, "125.50", 36);
  });
}

const isRefused = (system: RunningSystem, follower: (typeof FOLLOWERS)[number]): Promise<void> =>
  eventually(LIMIT_MS, async () => {
    const { status, feed } = await readinessOf(system, follower);
    expect(status).toBe(503);
    expect(feed).toContain(`npm run rebuild -- ${follower}`);
  });

async function rebuild(system: RunningSystem, follower: (typeof FOLLOWERS)[number]): Promise<void> {
  const { stdout } = await run(process.execPath, [BOOTSTRAP, "rebuild", follower], {
    env: {
      ...process.env,
      ALLFUNDS_DATA: system.dataDir,
      PORT_OFFSET: String(system.offset),
      NODE_OPTIONS: "",
      VITEST: "",
    },
  });
  expect(stdout).toContain(`${follower} is empty and reads the books again from the start.`);
  await eventually(LIMIT_MS, async () =>
    expect(await readinessOf(system, follower)).toEqual({ status: 200, feed: "ok" }),
  );
}
