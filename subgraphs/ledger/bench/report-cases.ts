import type { AccountType } from "@allfunds/contract/events";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { text, type Table } from "@allfunds/platform/bench";
import { Projector } from "../src/projections/projector.ts";
import { PROJECTIONS, type BookCommand, type Books } from "../src/slices/model.ts";
import { openBooks } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { cpuUse, type CpuUse } from "./cpu-use.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { lagOf, mixed, openReads, type Reads } from "./scale-cases.ts";
import { percentile } from "./statistics.ts";

const TYPES: readonly AccountType[] = ["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"];
/** 1 + 3 + 9 + 27 + 81 accounts on five levels, the rest on the sixth. */
const OF_TYPE = 200;
const BENEATH = 3;
const POSTINGS = 100_000;
const TOGETHER = 500;
const RUNS = 15;
const LIMIT_MS = 2_000;
const FIRST_PAGE_LIMIT_MS = 300;

const LINES = "lines(first: 200) { nodes { account { code } amount { amount } } }";
const TREE = "tree(first: 200, depth: 6) { nodes { account { code } amounts { amount } } }";
const ofFund = (field: string): string => `query ($id: ID!) { fund(id: $id) { ${field} } }`;
const YEAR = `from: "2025-01-01", to: "2025-12-31"`;

const CALLS: readonly (readonly [name: string, limitMs: number, document: string])[] = [
  ["trial balance, totals", LIMIT_MS, ofFund(`trialBalance { totals { debit { amount } } }`)],
  ["trial balance, first page", FIRST_PAGE_LIMIT_MS, ofFund(`trialBalance { ${LINES} }`)],
  ["trial balance in the past", LIMIT_MS, ofFund(`trialBalance(asOf: "2025-06-30") { ${LINES} }`)],
  ["trial balance by hierarchy", LIMIT_MS, ofFund(`trialBalance { ${TREE} }`)],
  ["balance sheet", LIMIT_MS, ofFund(`balanceSheet(asOf: "2025-12-31") { ${LINES} }`)],
  ["income statement", LIMIT_MS, ofFund(`incomeStatement(${YEAR}) { ${LINES} }`)],
  ["income statement by hierarchy", LIMIT_MS, ofFund(`incomeStatement(${YEAR}) { ${TREE} }`)],
  [
    "cash flow, direct",
    LIMIT_MS,
    ofFund(`cashFlowStatement(${YEAR}, method: DIRECT) { ${LINES} }`),
  ],
  [
    "cash flow, indirect",
    LIMIT_MS,
    ofFund(`cashFlowStatement(${YEAR}, method: INDIRECT) { ${LINES} }`),
  ],
];

interface Chart {
  readonly fundId: string;
  readonly accounts: readonly string[];
}

/** A thousand accounts in six levels, of every type. */
async function openTree(books: Books): Promise<Chart> {
  const fundId = newId();
  const accounts = Array.from({ length: TYPES.length * OF_TYPE }, () => newId());
  const send = async (commands: readonly BookCommand[]): Promise<void> => {
    for (let at = 0; at < commands.length; at += TOGETHER) {
      const orders = commands
        .slice(at, at + TOGETHER)
        .map((command) => ({ bookId: fundId, command, key: undefined, content: null }));
      await books.executeEach(benchContext(DEMO_TENANT_ID), fundId, orders, true);
    }
  };
  await send([{ kind: "OpenFund", fundId, name: "Reports", currency: "EUR" }]);
  const opened = accounts.map((accountId, index): BookCommand => {
    const type = TYPES[Math.floor(index / OF_TYPE)] ?? "ASSET";
    const code = `${Math.floor(index / OF_TYPE) + 1}${String(index % OF_TYPE).padStart(3, "0")}`;
    // A tenth of the assets counts as cash.
    const countsAsCash = type === "ASSET" && index % 10 === 0;
    const open = { fundId, accountId, code, name: code, type, currency: undefined } as const;
    return { kind: "OpenAccount", ...open, countsAsCash };
  });
  await send(opened);
  const placed = accounts.flatMap((accountId, index): BookCommand[] => {
    const place = index % OF_TYPE;
    if (place === 0) return [];
    const parentId = accounts[index - place + Math.floor((place - 1) / BENEATH)];
    return [{ kind: "RenameAccount", fundId, accountId, parentId }];
  });
  await send(placed);
  return { fundId, accounts };
}

async function post(books: Books, { fundId, accounts }: Chart): Promise<void> {
  for (let at = 0; at < POSTINGS; at += TOGETHER) {
    const orders = Array.from({ length: TOGETHER }, (_, index) => {
      const n = at + index;
      const [to, from] = [0, 1].map((side) => Math.floor(mixed(n * 2 + side) * accounts.length));
      const other = to === from ? ((from ?? 0) + 1) % accounts.length : (from ?? 0);
      const amount = (1 + Math.floor(mixed(n * 5) * 1_000_000) / 100).toFixed(2);
      const day = new Date(Date.UTC(2025, 0, 1 + Math.floor(mixed(n * 7) * 500)));
      const command: BookCommand = {
        kind: "PostTransaction",
        fundId,
        transactionId: newId(),
        effectiveDate: day.toISOString().slice(0, 10),
        description: "Posting",
        reference: null,
        metadata: {},
        source: { kind: "API" },
        entries: [
          { accountId: accounts[to ?? 0] ?? "", side: "DEBIT", amount },
          { accountId: accounts[other] ?? "", side: "CREDIT", amount },
        ],
      };
      return { bookId: fundId, command, key: undefined, content: null };
    });
    await books.executeEach(benchContext(DEMO_TENANT_ID), fundId, orders, false);
  }
}

async function timesOf({ ask }: Reads, document: string, fundId: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const startedAt = performance.now();
    await ask(document, { id: fundId });
    times.push(performance.now() - startedAt);
  }
  // The first one reads what the others find in memory.
  return times.slice(1);
}

const ms = (micros: number): string => text(micros / 1_000 / (RUNS + 1), 1);

/** CPU of one read, also on a machine that does other work: in this process, and in the server with all of its own. */
function cpuOfARead(before: CpuUse, after: CpuUse): string {
  const server = (after.server ?? Number.NaN) - (before.server ?? Number.NaN);
  return `${ms(after.service - before.service)} + ${ms(server)}`;
}

/** How long reports take on a chart of 1,000 accounts in six levels with 100,000 postings. */
export async function measureReports(server: BenchServer): Promise<Table> {
  const pool = createPool({ url: server.ledgerUrl, logger: quiet, max: 1 });
  const projector = new Projector(pool, PROJECTIONS, quiet);
  projector.start();
  const { books, close } = openBooks(server, (book) => projector.bookMoved(book));
  const reads = await openReads(server, books, projector);
  const chart = await openTree(books);
  await post(books, chart);
  await lagOf(reads, chart);
  await server.analyze();
  const rows: string[][] = [];
  for (const [name, limitMs, document] of CALLS) {
    const before = await cpuUse(server.pid);
    const times = await timesOf(reads, document, chart.fundId);
    const cpu = cpuOfARead(before, await cpuUse(server.pid));
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    const holds = p99 <= limitMs ? "yes" : "no";
    rows.push([name, text(p50, 1), text(p99, 1), text(limitMs), holds, cpu]);
  }
  await projector.stop();
  await close();
  await reads.close();
  await pool.end();
  return {
    title: `Reports on ${chart.accounts.length} accounts in six levels and ${POSTINGS} postings`,
    columns: ["report", "p50 ms", "p99 ms", "limit ms", "holds", "CPU ms, service + server"],
    rows,
  };
}
