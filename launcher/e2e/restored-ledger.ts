import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LedgerBackup } from "./ledger-backup.ts";
import { eventually, RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

const run = promisify(execFile);
const BOOTSTRAP = join(import.meta.dirname, "../bootstrap.mjs");
const PORTS = { metrics: 4003, analytics: 4002 } as const;
const FOLLOWERS = ["metrics", "analytics"] as const;

let system: RunningSystem;
let backup: LedgerBackup | undefined;

beforeAll(async () => {
  system = await RunningSystem.start({ offset: 24_000 });
});

afterAll(async () => {
  await backup?.end();
  await system.remove();
});

const payIn = async (book: SmallBook, count: number, amount: string): Promise<void> => {
  for (let nth = 0; nth < count; nth += 1) {
    const key = randomUUID();
    await eventually(30_000, async () => {
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

const figuresAgree = (book: SmallBook, amount: string, transactions: number): Promise<void> =>
  eventually(30_000, async () => {
    const { account, fund } = await system.ask<Figures>(FIGURES, variables(book));
    expect(account.balance.amount).toBe(amount);
    expect(fund.metrics?.cash.amount).toBe(amount);
    expect(fund.transactions.nodes).toHaveLength(transactions);
    expect(fund.transactions.nodes.every(({ category }) => category !== null)).toBe(true);
  });

const readinessOf = async (follower: (typeof FOLLOWERS)[number]) => {
  const response = await fetch(system.url(PORTS[follower], "/health/ready"));
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  return { status: response.status, feed: checks["feed"] };
};

it("shows no figure of a lost future, and mends every follower by a rebuild, when the ledger is restored", async () => {
  const book = await openSmallBook(system, "Restored");
  await payIn(book, 20, "1.00");
  await figuresAgree(book, "20.00", 20);
  backup = await LedgerBackup.take(system);
  await payIn(book, 10, "100.00");
  await figuresAgree(book, "1020.00", 30);

  await backup.restore();
  await system.kill("subgraphs/ledger");
  // Past the place at which the followers stand.
  await payIn(book, 15, "7.00");

  for (const follower of FOLLOWERS) {
    await eventually(30_000, async () => {
      const { status, feed } = await readinessOf(follower);
      expect(status).toBe(503);
      expect(feed).toContain(`npm run rebuild -- ${follower}`);
    });
  }
  const refused = await system.graphql<Figures>(FIGURES, variables(book));
  expect(refused.data?.account.balance.amount).toBe("125.00");
  expect(refused.data?.fund.metrics).toBeNull();
  expect(refused.data?.fund.transactions.nodes.every(({ category }) => category === null)).toBe(
    true,
  );
  const codes = new Set(refused.errors?.map(({ extensions }) => extensions.code));
  expect(codes).toEqual(new Set(["CONSISTENCY_TIMEOUT"]));

  const env = {
    ...process.env,
    ALLFUNDS_DATA: system.dataDir,
    PORT_OFFSET: String(system.offset),
    NODE_OPTIONS: "",
    VITEST: "",
  };
  for (const follower of FOLLOWERS) {
    const { stdout } = await run(process.execPath, [BOOTSTRAP, "rebuild", follower], { env });
    expect(stdout).toContain(`${follower} is empty and reads the ledger again from the start.`);
    await eventually(30_000, async () =>
      expect(await readinessOf(follower)).toEqual({ status: 200, feed: "ok" }),
    );
  }
  await figuresAgree(book, "125.00", 35);
  await payIn(book, 1, "0.50");
  await figuresAgree(book, "125.50", 36);
});
