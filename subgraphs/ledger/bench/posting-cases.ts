import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { BookRequest } from "../src/slices/model.ts";
import type { BenchServer } from "./bench-server.ts";
import { benchContext } from "./bench-context.ts";
import { openBenchFund, openBooks, transfer, type BenchFund } from "./bench-books.ts";
import type { Measured } from "./measured.ts";
import { fillYardstick, measureYardstick, requirePgbench } from "./pgbench.ts";
import { median, percentile } from "./statistics.ts";
import { text, type Table } from "@allfunds/platform/bench";
import { measureTransfers } from "./transfer-load.ts";

const ACCOUNTS = 10_000;
const SATURATED = 1_000;

interface PostingCase {
  readonly name: string;
  readonly inFlight: number;
  readonly next: () => BookRequest;
}

interface Run {
  readonly measured: Measured;
  /** Against the yardstick of the same round. */
  readonly ratio: number;
}

/** Transfers through the service's own batcher, each case right after a yardstick of its own. */
export async function measurePostings(
  server: BenchServer,
  { seconds, rounds }: { readonly seconds: number; readonly rounds: number },
): Promise<Table> {
  await requirePgbench();
  await fillYardstick(server);
  const { books, close } = openBooks(server);
  const context = benchContext(DEMO_TENANT_ID);
  const one = await openBenchFund(books, context, ACCOUNTS);
  const two = await openBenchFund(books, context, ACCOUNTS);
  await server.analyze();
  const cases = postingCases(one, two);
  const yardsticks: Measured[] = [];
  const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]));
  // The first seconds go to compilers and caches, on both sides.
  for (const { inFlight, next } of cases) {
    await measureTransfers(books, { server, seconds: 1, inFlight, next });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, inFlight, next } of cases) {
      const yardstick = await measureYardstick(server, seconds);
      const measured = await measureTransfers(books, { server, seconds, inFlight, next });
      yardsticks.push(yardstick);
      runs.get(name)?.push({ measured, ratio: measured.perSecond / yardstick.perSecond });
    }
  }
  await close();
  return toTable(yardsticks, runs);
}

function postingCases(one: BenchFund, two: BenchFund): PostingCase[] {
  let turn = 0;
  const [hot = ""] = one.accounts;
  return [
    { name: "uniform accounts, one book", inFlight: SATURATED, next: () => between(one) },
    {
      name: "one hot account, one book",
      inFlight: SATURATED,
      next: () => transfer(one.fundId, hot, other(one.accounts, hot)),
    },
    {
      name: "two books",
      inFlight: 2 * SATURATED,
      next: () => between((turn += 1) % 2 === 0 ? one : two),
    },
    { name: "50 in flight, one book", inFlight: 50, next: () => between(one) },
    {
      name: "uniform, with keys of clients",
      inFlight: SATURATED,
      next: () => between(one, newId()),
    },
  ];
}

function between({ fundId, accounts }: BenchFund, key?: string): BookRequest {
  const from = anyOf(accounts);
  return transfer(fundId, from, other(accounts, from), key);
}

const anyOf = (accounts: readonly string[]): string =>
  accounts[Math.floor(Math.random() * accounts.length)] ?? "";

function other(accounts: readonly string[], account: string): string {
  for (;;) {
    const found = anyOf(accounts);
    if (found !== account) return found;
  }
}

function toTable(
  yardsticks: readonly Measured[],
  runs: ReadonlyMap<string, readonly Run[]>,
): Table {
  const rows = [...runs].map(([name, all]) => {
    const ratios = all.map(({ ratio }) => ratio);
    const range = `${text(Math.min(...ratios), 1)}–${text(Math.max(...ratios), 1)}`;
    const latencies = all.flatMap(({ measured }) => measured.latencies);
    return [
      name,
      text(median(all.map(({ measured }) => measured.perSecond))),
      `${text(median(ratios), 1)} (${range})`,
      ...cpuCells(all.map(({ measured }) => measured)),
      `${text(percentile(latencies, 0.5), 1)} / ${text(percentile(latencies, 0.99), 1)}`,
    ];
  });
  const perSecond = text(median(yardsticks.map((run) => run.perSecond)));
  rows.unshift(["pgbench tpcb-like s10 c8", perSecond, "1", ...cpuCells(yardsticks), "-"]);
  return {
    title: "Postings, durable before they are acknowledged",
    columns: [
      "case",
      "per second",
      "ratio (range)",
      "CPU µs server",
      "CPU µs service",
      "p50 / p99 ms",
    ],
    rows,
  };
}

const cpuCells = (runs: readonly Measured[]): string[] => [
  text(median(runs.map(({ serverMicros }) => serverMicros ?? Number.NaN))),
  text(median(runs.map(({ serviceMicros }) => serviceMicros ?? Number.NaN))),
];
