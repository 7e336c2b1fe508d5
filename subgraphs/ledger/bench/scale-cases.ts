import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { openOrm } from "@allfunds/platform/tenancy";
import { text, type Table } from "@allfunds/platform/bench";
import { execute, parse } from "graphql";
import { createContext } from "../src/context.ts";
import { FeedTail } from "../src/feed/feed-tail.ts";
import { Feed } from "../src/feed/feed.ts";
import { SharedFacts } from "../src/graph/facts.ts";
import { Projector } from "../src/projections/projector.ts";
import { rebuild } from "../src/projections/rebuild.ts";
import { createSchema } from "../src/schema.ts";
import { PROJECTIONS, type Books, type BookRequest } from "../src/slices/model.ts";
import { OrderPool } from "../src/tenancy/order-pool.ts";
import { openBenchFund, openBooks, type BenchFund } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { cpuUse } from "./cpu-use.ts";
import { percentile } from "./statistics.ts";

const SMALL = 3_000;
const ACCOUNTS = 200;
const TOGETHER = 500;
const DAYS = 1_000;
const RUNS = 25;
const PAGE = 20;
const DEEP_PAGE = 10_000;

const dayOf = (n: number): string =>
  new Date(Date.UTC(2023, 0, 1 + Math.floor(n))).toISOString().slice(0, 10);

/** Numbers that look random and are the same in every run. */
export const mixed = (n: number): number => (Math.imul(n, 0x9e3779b1) >>> 0) / 2 ** 32;

/** The nth of `of` postings: dates mostly rise, words are common, frequent or rare, amounts differ. */
function posting({ fundId, accounts }: BenchFund, n: number, of: number): BookRequest {
  const [to, from] = [0, 1].map((side) => accounts[Math.floor(mixed(n * 2 + side) * ACCOUNTS)]);
  const words = [
    "payment",
    ...(mixed(n * 3) < 0.3 ? ["rent"] : ["salary"]),
    ...(n % 1_000 === 7 ? ["zebra"] : []),
    `invoice ${n}`,
  ];
  const amount = (1 + Math.floor(mixed(n * 5) * 1_000_000) / 100).toFixed(2);
  return {
    bookId: fundId,
    key: undefined,
    content: null,
    command: {
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: dayOf((n / of) * DAYS - mixed(n * 7) * 20 + 20),
      description: words.join(" "),
      reference: `R-${n}`,
      metadata: {},
      source: { kind: "API" },
      entries: [
        { accountId: to ?? "", side: "DEBIT", amount },
        { accountId: (to === from ? accounts[0] : from) ?? "", side: "CREDIT", amount },
      ],
    },
  };
}

async function load(books: Books, fund: BenchFund, count: number): Promise<number> {
  const startedAt = performance.now();
  for (let at = 0; at < count; at += 2 * TOGETHER) {
    const parts = [0, 1].map((part) => {
      const first = at + part * TOGETHER;
      const size = Math.max(0, Math.min(TOGETHER, count - first));
      return Array.from({ length: size }, (_, n) => posting(fund, first + n, count));
    });
    const context = {
      ...benchContext(DEMO_TENANT_ID),
      actor: at % 50_000 === 0 ? "rare" : "bench",
    };
    await Promise.all(
      parts.map((orders) => books.executeEach(context, fund.fundId, orders, false)),
    );
  }
  return (count / (performance.now() - startedAt)) * 1_000;
}

type Call = readonly [
  name: string,
  limit: number,
  document: string,
  variables: (of: Sides) => object,
];

/** What a call is made with: the fund, an account of it, and a place deep in its list. */
interface Sides {
  readonly fundId: string;
  readonly accountId: string;
  readonly deep: string;
  readonly day: string;
}

const LIST = `query ($id: ID!, $after: Cursor, $filter: TransactionFilter, $order: TransactionOrder = EFFECTIVE_DATE_DESC) {
  fund(id: $id) { transactions(first: ${PAGE}, after: $after, filter: $filter, order: $order) {
    nodes { id effectiveDate description entries { amount { amount } } } pageInfo { hasNextPage } } } }`;
const TOTALS = `query ($id: ID!, $filter: TransactionFilter) {
  fund(id: $id) { transactions(first: 1, filter: $filter) { totals { count isComplete } } } }`;
const SEARCH = `query ($id: ID!, $text: String!) {
  fund(id: $id) { search(text: $text, first: ${PAGE}) { nodes { id description } } } }`;
const ENTRIES = `query ($account: ID!) {
  account(id: $account) { entries(first: ${PAGE}) { nodes { id amount { amount } } } } }`;
const AUDIT = `query ($id: ID!, $actor: String!) {
  ledgerTrail(fundId: $id, actor: $actor, first: ${PAGE}) { nodes { position } } }`;
const TRIAL_BALANCE = `query ($id: ID!, $day: Date!) {
  fund(id: $id) { trialBalance(asOf: $day) { totals { currency debit { amount } } } } }`;
const STATEMENT = `query ($account: ID!, $day: Date!) {
  account(id: $account) { statement(from: $day) {
    openingBalance { amount } closingBalance { amount } lines(first: ${PAGE}) { nodes { balance { amount } } } } } }`;
const DASHBOARD = `query ($id: ID!) {
  fund(id: $id) { name accounts(first: 200) { nodes { id code balance { amount } available { amount } } }
    transactions(first: ${PAGE}) { nodes { id description } } } }`;

const inList =
  (filter: object | undefined, order = "EFFECTIVE_DATE_DESC") =>
  ({ fundId }: Sides): object => ({ id: fundId, filter, order });

const CALLS: readonly Call[] = [
  ["first page", 2, LIST, inList(undefined)],
  ["first page by position", 2, LIST, inList(undefined, "POSITION_DESC")],
  [
    `page ${DEEP_PAGE} (or the middle)`,
    2,
    LIST,
    ({ fundId, deep }) => ({ id: fundId, after: deep }),
  ],
  [
    "filter by account",
    2,
    LIST,
    ({ fundId, accountId }) => ({ id: fundId, filter: { accountIds: [accountId] } }),
  ],
  ["filter by amount", 2, LIST, inList({ amountFrom: "500.00", amountTo: "501.00" })],
  [
    "filter by amount and side, by position",
    2,
    LIST,
    inList({ amountFrom: "500.00", amountTo: "501.00", side: "DEBIT" }, "POSITION_DESC"),
  ],
  [
    "filter by date",
    2,
    LIST,
    ({ fundId, day }) => ({ id: fundId, filter: { effectiveFrom: day, effectiveTo: day } }),
  ],
  [
    "filter by date, by position",
    2,
    LIST,
    ({ fundId, day }) => ({
      id: fundId,
      order: "POSITION_ASC",
      filter: { effectiveFrom: day, effectiveTo: day },
    }),
  ],
  [
    "totals of a day",
    2,
    TOTALS,
    ({ fundId, day }) => ({ id: fundId, filter: { effectiveFrom: day, effectiveTo: day } }),
  ],
  ["entries of an account", 2, ENTRIES, ({ accountId }) => ({ account: accountId })],
  ["audit log of a rare actor", 2, AUDIT, ({ fundId }) => ({ id: fundId, actor: "rare" })],
  ["audit log of an unknown actor", 2, AUDIT, ({ fundId }) => ({ id: fundId, actor: "nobody" })],
  ["search: rare word", 3, SEARCH, ({ fundId }) => ({ id: fundId, text: "zebra" })],
  ["search: common word", 3, SEARCH, ({ fundId }) => ({ id: fundId, text: "payment" })],
  ["search: two words", 3, SEARCH, ({ fundId }) => ({ id: fundId, text: "rent payment" })],
  [
    "search: common words never together",
    3,
    SEARCH,
    ({ fundId }) => ({ id: fundId, text: "rent salary" }),
  ],
  ["search: no such word", 3, SEARCH, ({ fundId }) => ({ id: fundId, text: "nowhere" })],
  ["common word by value date", 3, LIST, inList({ text: "rent" })],
  ["trial balance", 1.5, TRIAL_BALANCE, ({ fundId }) => ({ id: fundId, day: "2030-01-01" })],
  [
    "trial balance of a day in the past",
    1.5,
    TRIAL_BALANCE,
    ({ fundId, day }) => ({ id: fundId, day }),
  ],
  ["account statement", 1.5, STATEMENT, ({ accountId, day }) => ({ account: accountId, day })],
  ["dashboard", 1.5, DASHBOARD, ({ fundId }) => ({ id: fundId })],
];

/** The reading side of one instance, without a server before it. */
export async function openReads({ ledgerUrl }: BenchServer, books: Books, projector: Projector) {
  const reads = new OrderPool(createPool({ url: ledgerUrl, logger: quiet }));
  const orm = openOrm(ledgerUrl, () => import("../src/slices/entities.ts"));
  await orm.load();
  const jobs = undefined as never;
  const none = undefined as never;
  const schema = createSchema({ books, jobs, uploads: none, networks: none });
  const stores = {
    pool: reads,
    orm,
    feed: new Feed(reads, new FeedTail()),
    facts: new SharedFacts(),
    projectionsMoved: projector.moved,
    reportCorrupt: () => undefined,
    // No case reads queues.
    jobQueues: undefined as never,
  };
  const ask = async (document: string, variableValues: object): Promise<unknown> => {
    const request = { ...benchContext(DEMO_TENANT_ID), scopes: ["ledger:read", "audit:read"] };
    const contextValue = createContext(stores, request);
    const parsed = parse(document);
    const { data, errors } = await execute({
      schema,
      document: parsed,
      variableValues: { ...variableValues },
      contextValue,
    });
    if (errors !== undefined) throw errors[0] ?? new Error("no answer");
    return data;
  };
  const close = async (): Promise<void> => {
    await orm.close();
    await reads.end();
  };
  return { ask, reads, close };
}

export type Reads = Awaited<ReturnType<typeof openReads>>;

const PLACE_AT = `
  SELECT effective_date::text AS date, position::int FROM transaction
  WHERE tenant_id = $1 AND book_id = $2
  ORDER BY effective_date DESC, position DESC OFFSET $3 LIMIT 1`;

async function sidesOf({ reads }: Reads, fund: BenchFund, count: number): Promise<Sides> {
  const skipped = Math.min(DEEP_PAGE * PAGE, Math.floor(count / 2));
  const parameters = [DEMO_TENANT_ID, fund.fundId, skipped] as const;
  const { rows } = await reads.query<{ date: string; position: number }>(PLACE_AT, parameters);
  const deep = Buffer.from(JSON.stringify([rows[0]?.date, rows[0]?.position])).toString(
    "base64url",
  );
  return { fundId: fund.fundId, accountId: fund.accounts[3] ?? "", deep, day: dayOf(DAYS / 2) };
}

async function timesOf({ ask }: Reads, [, , document, variables]: Call, of: Sides) {
  const times: number[] = [];
  await ask(document, variables(of));
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    await ask(document, variables(of));
    times.push(performance.now() - startedAt);
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Waits until every read model is where the book ends; returns how long that took. */
export async function lagOf(reads: Reads, { fundId }: Pick<BenchFund, "fundId">): Promise<number> {
  const startedAt = performance.now();
  const behind = `
    SELECT count(*)::int AS count FROM projection p JOIN book b ON b.tenant_id = p.tenant_id AND b.id = p.book_id
    WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.active AND p.position > b.position - 512`;
  for (;;) {
    const { rows } = await reads.reads.query<{ count: number }>(behind, [DEMO_TENANT_ID, fundId]);
    if (rows[0]?.count === PROJECTIONS.length) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What each read model of a book costs, made anew: CPU of the server and of this process, µs for each transaction. */
async function costsOf({ pid }: BenchServer, pool: Pool, fund: BenchFund, count: number) {
  const book = { tenantId: DEMO_TENANT_ID, bookId: fund.fundId };
  const rows: string[][] = [];
  for (const projection of PROJECTIONS) {
    const before = await cpuUse(pid);
    const startedAt = performance.now();
    await rebuild(pool, book, projection);
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = await cpuUse(pid);
    const server = ((after.server ?? 0) - (before.server ?? 0)) / count;
    const service = (after.service - before.service) / count;
    rows.push([projection.name, text(server, 1), text(service, 1), text(count / seconds)]);
  }
  return rows;
}

/** How calls on a large book compare with the same calls on a small one. */
export async function measureScale(server: BenchServer, transactions: number): Promise<Table[]> {
  const pool = createPool({ url: server.ledgerUrl, logger: quiet, max: PROJECTIONS.length });
  const projector = new Projector(pool, PROJECTIONS, quiet);
  projector.start();
  const { books, close } = openBooks(server, (book) => projector.bookMoved(book));
  const reads = await openReads(server, books, projector);
  const context = benchContext(DEMO_TENANT_ID);
  const loads: string[][] = [];
  const sides: Sides[] = [];
  const funds: BenchFund[] = [];
  for (const count of [SMALL, transactions]) {
    const fund = await openBenchFund(books, context, ACCOUNTS);
    funds.push(fund);
    const before = await cpuUse(server.pid);
    const perSecond = await load(books, fund, count);
    const lagMs = await lagOf(reads, fund);
    const after = await cpuUse(server.pid);
    const used = [(after.server ?? 0) - (before.server ?? 0), after.service - before.service];
    const micros = used.map((each) => text(each / count, 1));
    loads.push([String(count), text(perSecond), text(lagMs / 1_000, 1), ...micros]);
    sides.push(await sidesOf(reads, fund, count));
  }
  await server.analyze();
  const [small, large] = sides as [Sides, Sides];
  const rows: string[][] = [];
  for (const call of CALLS) {
    const few = await timesOf(reads, call, small);
    const many = await timesOf(reads, call, large);
    const ratio = many.p50 / few.p50;
    const [name, limit] = call;
    rows.push([
      name,
      text(few.p50, 1),
      text(many.p50, 1),
      text(many.p99, 1),
      text(ratio, 2),
      text(limit, 1),
      ratio <= limit ? "yes" : "no",
    ]);
  }
  await projector.stop();
  const costs = await costsOf(server, pool, funds[1] as BenchFund, transactions);
  await close();
  await reads.close();
  await pool.end();
  return [
    {
      title: "Loading a book, and the lag of its slowest read model at the end",
      columns: [
        "transactions",
        "per second",
        "lag, s",
        "CPU µs server, with the load",
        "CPU µs service, with the load",
      ],
      rows: loads,
    },
    {
      title: "Making each read model of the large book anew",
      columns: ["read model", "CPU µs server", "CPU µs service", "transactions per second"],
      rows: costs,
    },
    {
      title: `The same call on ${SMALL} and on ${transactions} transactions`,
      columns: ["call", "small p50 ms", "large p50 ms", "large p99 ms", "ratio", "limit", "holds"],
      rows,
    },
  ];
}
