import { isIsin } from "@allfunds/contract/identifiers";
import { percentile, text, type Table } from "@allfunds/platform/bench";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { Column } from "@allfunds/platform/sheets/cell";
import { csvHeader, csvRows } from "@allfunds/platform/sheets/csv";
import type { TestDatabase } from "@allfunds/platform/testing";
import { dataOf, openGraph, signedIn, type LedgerGraph } from "../src/ledger-graph.fixture.ts";
import { openBenchFund, transfer } from "./bench-books.ts";
import type { BenchServer } from "./bench-server.ts";
import { cpuUse } from "./cpu-use.ts";

interface Sizes {
  readonly investors: number;
  readonly securities: number;
}

const CURRENCIES = [
  ["EUR", "1"],
  ["USD", "1.0800"],
  ["GBP", "0.8550"],
  ["CHF", "0.9400"],
  ["JPY", "161.80"],
  ["SEK", "11.2500"],
  ["NOK", "11.6000"],
  ["DKK", "7.4600"],
  ["PLN", "4.3200"],
  ["CZK", "25.1000"],
  ["AUD", "1.6400"],
  ["CAD", "1.4700"],
] as const;
const CLASSES = ["EUR", "EUR", "USD", "CHF"];
const LOTS = 5;
const TOGETHER = 1_000;
const ORDERS_TOGETHER = 100;
const ORDER_CLIENTS = 4;
const LAUNCH = "2026-09-30";
const NAV_DATE = "2026-10-15";

/** A fund of many investors and securities, from the register to the second NAV, each step timed. */
export async function measureFund(
  server: BenchServer,
  sizes: Sizes,
  pgbenchPerSecond: number,
): Promise<Table> {
  const graph = await openGraph({ url: server.ledgerUrl } as TestDatabase);
  const fund = new BenchedFund(graph, server);
  const { investors } = sizes;
  try {
    await fund.open();
    const register = await timed(server, () => fund.register(investors));
    const accept = await timed(server, () => fund.placeOrders());
    await server.analyze();
    const deal = await fund.strike(LAUNCH);
    const trades = await timed(server, () => fund.buy(sizes.securities));
    await server.analyze();
    const strike = await fund.strike(NAV_DATE);
    const statements = await timed(server, () => fund.writeStatements(investors));
    const perSecond = investors / accept.seconds;
    return {
      title: `A fund of ${investors} investors and ${sizes.securities} securities`,
      columns: ["case", "measured", "no worse than", "CPU: service + PostgreSQL"],
      rows: [
        row("preview of a NAV", strike.preview, "1 s"),
        row("publish the same, durable", strike.publish, "3 s"),
        row(`price and post ${investors} orders`, deal.publish, "5 s"),
        [
          `accept orders in bulks of ${ORDERS_TOGETHER} from ${ORDER_CLIENTS} clients, of pgbench's rate`,
          `${text(perSecond)}/s, ${text(perSecond / pgbenchPerSecond, 2)}x`,
          "1.5x",
          spentOn(accept),
        ],
        beside("a NAV is published", strike),
        beside(`${investors} orders are dealt`, deal),
        row(`register ${investors} investors`, register, "5 s"),
        row(`record ${sizes.securities * LOTS} trades and their prices`, trades, "-"),
        row(`statements of ${investors} investors as CSV`, statements, "10 s"),
      ],
    };
  } finally {
    await graph.close();
  }
}

const row = (name: string, spent: Spent, limit: string): string[] => [
  name,
  `${text(spent.seconds, 2)} s`,
  limit,
  spentOn(spent),
];

const beside = (what: string, { beside: latencies }: StrikeTimes): string[] => [
  `posting on another fund while ${what}, p99`,
  `${text(percentile(latencies, 0.99), 1)} ms of ${latencies.length}`,
  "50 ms",
  "",
];

const spentOn = ({ service, postgres }: Spent): string =>
  `${text(service, 2)} + ${text(postgres, 2)} s`;

/** Seconds that passed, and seconds of CPU. */
interface Spent {
  readonly seconds: number;
  readonly service: number;
  readonly postgres: number;
}

async function timed(server: BenchServer, work: () => Promise<unknown>): Promise<Spent> {
  const before = await cpuUse(server.pid);
  const elapsed = await seconds(work);
  const after = await cpuUse(server.pid);
  return {
    seconds: elapsed,
    service: (after.service - before.service) / 1_000_000,
    postgres: ((after.server ?? Number.NaN) - (before.server ?? Number.NaN)) / 1_000_000,
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

interface StatementNode {
  readonly kind: string;
  readonly date: string;
  readonly description: string | null;
  readonly units: string | null;
  readonly balance: string;
  readonly price: string | null;
  readonly navDate: string | null;
  readonly amount: { readonly amount: string } | null;
  readonly charge: { readonly amount: string } | null;
  readonly account: { readonly id: string };
  readonly investor: { readonly id: string; readonly reference: string };
  readonly shareClass: { readonly id: string; readonly isin: string; readonly currency: string };
}

interface StatementPage {
  readonly investorStatementLines: {
    readonly nodes: readonly StatementNode[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const STATEMENT_COLUMNS: readonly Column<StatementNode>[] = [
  { name: "accountId", cell: ({ account }) => account.id },
  { name: "investorId", cell: ({ investor }) => investor.id },
  { name: "reference", cell: ({ investor }) => investor.reference },
  { name: "isin", cell: ({ shareClass }) => shareClass.isin },
  { name: "kind", cell: ({ kind }) => kind },
  { name: "date", cell: ({ date }) => date, kind: "date" },
  { name: "description", cell: ({ description }) => description },
  { name: "units", cell: ({ units }) => units, kind: "amount" },
  { name: "balance", cell: ({ balance }) => balance, kind: "amount" },
  { name: "price", cell: ({ price }) => price, kind: "amount" },
  { name: "navDate", cell: ({ navDate }) => navDate, kind: "date" },
  { name: "currency", cell: ({ shareClass }) => shareClass.currency },
  { name: "amount", cell: ({ amount }) => amount?.amount ?? null, kind: "amount" },
  { name: "charge", cell: ({ charge }) => charge?.amount ?? null, kind: "amount" },
];

interface StrikeTimes {
  readonly preview: Spent;
  readonly publish: Spent;
  /** Milliseconds of postings on another fund meanwhile. */
  readonly beside: readonly number[];
}

class BenchedFund {
  readonly #graph: LedgerGraph;
  readonly #server: BenchServer;
  readonly #maker: RequestContext;
  readonly #approver: RequestContext;
  #fundId = "";
  #classes: string[] = [];
  #investors: string[] = [];

  constructor(graph: LedgerGraph, server: BenchServer) {
    this.#graph = graph;
    this.#server = server;
    const of = { overrides: { tenantId: newId(), now: new Date("2026-12-01T00:00:00.000Z") } };
    this.#maker = signedIn("maker", of);
    this.#approver = signedIn("approver", of);
  }

  async #ask<Data>(field: string, type: string, input: object, select: string): Promise<Data> {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) ${select} }`;
    return dataOf<Data>(await this.#graph.run(this.#maker, document, { input }), field);
  }

  async open(): Promise<void> {
    const fund = { name: "Bench", currency: "EUR" };
    const { id } = await this.#ask<{ id: string }>("openFund", "OpenFundInput", fund, "{ id }");
    this.#fundId = id;
    const terms = {
      cutOffTime: "15:00",
      timeZone: "Europe/Luxembourg",
      administrationFee: fee("0.001"),
    };
    const administered = { fundId: id, effectiveFrom: "2026-09-01", ...terms };
    await this.#ask("administerFund", "AdministerFundInput", administered, "{ id }");
    for (const [index, currency] of CLASSES.entries()) {
      const code = "ABCD".charAt(index);
      const named = {
        fundId: id,
        code,
        name: `Class ${code}`,
        currency,
        isin: isinOf(`QSBENCH${code}`, 1),
      };
      const launch = { launchDate: LAUNCH, launchPrice: "100", managementFee: fee("0.015") };
      const opened = { ...named, ...launch };
      const { id: classId } = await this.#ask<{ id: string }>(
        "openShareClass",
        "OpenShareClassInput",
        opened,
        "{ id }",
      );
      this.#classes.push(classId);
    }
    const rates = CURRENCIES.slice(1).flatMap(([quote, rate]) =>
      [LAUNCH, NAV_DATE].map((date) => ({ date, base: "EUR", quote, rate, source: "ECB" })),
    );
    await this.#ask("recordExchangeRates", "RecordExchangeRatesInput", { rates }, "{ count }");
  }

  async register(count: number): Promise<void> {
    const investors = Array.from({ length: count }, (_, index) => ({
      reference: `I-${index}`,
      kind: "PERSON",
      taxCountry: "LU",
      kycState: "CLEARED",
      person: { name: `Investor ${index}` },
    }));
    const { ids } = await this.#ask<{ ids: string[] }>(
      "registerInvestors",
      "RegisterInvestorsInput",
      { investors },
      "{ ids }",
    );
    this.#investors = ids;
  }

  async placeOrders(): Promise<void> {
    const orders = this.#investors.map((investorId, index) => ({
      kind: "SUBSCRIPTION",
      classId: this.#classes[index % CLASSES.length],
      investorId,
      amount: "10000.00",
      receivedAt: `${LAUNCH}T08:00:00Z`,
    }));
    let next = 0;
    const client = async (): Promise<void> => {
      for (let from = next; from < orders.length; from = next) {
        next += ORDERS_TOGETHER;
        await this.#placeBulk(orders.slice(from, from + ORDERS_TOGETHER));
      }
    };
    await Promise.all(Array.from({ length: ORDER_CLIENTS }, client));
  }

  async #placeBulk(orders: readonly object[]): Promise<void> {
    const { placed } = await this.#ask<{ placed: number }>(
      "placeOrders",
      "PlaceOrdersInput",
      { orders, mode: "ATOMIC" },
      "{ placed }",
    );
    if (placed !== orders.length) throw new Error(`${placed} orders of a bulk were placed`);
  }

  /** Page by page, as an export reads them. */
  async writeStatements(investors: number): Promise<void> {
    const accounts = new Set<string>();
    const document = `query ($fundId: ID!, $after: Cursor) { fund(id: $fundId) {
      investorStatementLines(from: "${LAUNCH}", to: "${NAV_DATE}", first: 200, after: $after) {
        nodes {
          kind date description units balance price navDate amount { amount } charge { amount }
          account { id } investor { id reference } shareClass { id isin currency }
        }
        pageInfo { hasNextPage endCursor }
      } } }`;
    let csv = csvHeader(STATEMENT_COLUMNS);
    for (let after: string | null = null; ;) {
      const answer = await this.#graph.run(this.#maker, document, { fundId: this.#fundId, after });
      const { investorStatementLines: page } = dataOf<StatementPage>(answer, "fund");
      csv += csvRows(STATEMENT_COLUMNS, page.nodes);
      for (const { account } of page.nodes) accounts.add(account.id);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    const lines = csv.split("\r\n").length - 2;
    if (accounts.size !== investors || lines !== 3 * investors) {
      throw new Error(`the statements are of ${accounts.size} accounts in ${lines} lines`);
    }
  }

  async buy(count: number): Promise<void> {
    const securities = Array.from({ length: count }, (_, index) => ({
      isin: isinOf("QS", index),
      name: `Share ${index}`,
      securityType: "EQUITY",
      currency: CURRENCIES[index % CURRENCIES.length]?.[0],
    }));
    await this.#ask("registerSecurities", "RegisterSecuritiesInput", { securities }, "{ count }");
    const trades = Array.from({ length: count * LOTS }, (_, index) => ({
      side: "BUY",
      isin: securities[index % count]?.isin,
      tradeDate: "2026-10-01",
      settlementDate: "2026-10-05",
      quantity: String(10 + (index % 7)),
      price: "100",
    }));
    for (let from = 0; from < trades.length; from += TOGETHER) {
      const input = { fundId: this.#fundId, trades: trades.slice(from, from + TOGETHER) };
      await this.#ask("recordTrades", "RecordTradesInput", input, "{ replayed }");
    }
    const prices = securities.map(({ isin, currency }, index) => ({
      isin,
      currency,
      date: NAV_DATE,
      price: String(95 + (index % 11)),
      kind: "LAST",
      source: "XETR",
    }));
    await this.#ask("recordPrices", "RecordPricesInput", { prices }, "{ count }");
  }

  async strike(navDate: string): Promise<StrikeTimes> {
    let id = "";
    const preview = await timed(this.#server, async () => {
      const input = { fundId: this.#fundId, navDate };
      ({ id } = await this.#ask<{ id: string }>(
        "calculateNav",
        "CalculateNavInput",
        input,
        "{ id }",
      ));
    });
    const beside = await OtherFund.open(this.#graph, this.#maker);
    const publish = await timed(this.#server, async () => {
      const document = "mutation ($id: ID!) { publishNav(id: $id) { state } }";
      dataOf(await this.#graph.run(this.#approver, document, { id }), "publishNav");
    });
    return { preview, publish, beside: await beside.stop() };
  }
}

/** Posts on a fund of its own, one posting after the other, until it is stopped. */
class OtherFund {
  #isStopped = false;
  readonly #done: Promise<number[]>;

  private constructor(post: () => Promise<unknown>) {
    this.#done = this.#run(post);
  }

  static async open({ books }: LedgerGraph, context: RequestContext): Promise<OtherFund> {
    const { fundId, accounts } = await openBenchFund(books, context, 2);
    const [from = "", to = ""] = accounts;
    return new OtherFund(() => books.execute(context, transfer(fundId, from, to)));
  }

  async #run(post: () => Promise<unknown>): Promise<number[]> {
    const latencies: number[] = [];
    while (!this.#isStopped) latencies.push((await seconds(post)) * 1_000);
    return latencies;
  }

  stop(): Promise<number[]> {
    this.#isStopped = true;
    return this.#done;
  }
}

export const fee = (rate: string): object => ({
  tiers: [{ from: "0", rate }],
  dayCount: "ACT_365F",
});

/** A code with a right check digit. */
export function isinOf(prefix: string, index: number): string {
  const body = `${prefix}${String(index).padStart(11 - prefix.length, "0")}`;
  return Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(isIsin) ?? "";
}
