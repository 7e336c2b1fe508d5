import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { buildSchema, Kind, parse, type FieldNode, type GraphQLObjectType } from "graphql";
import { readConfig } from "../src/config.ts";
import { BookFixture } from "../src/feed/book.fixture.ts";
import { FakeLedger } from "../src/feed/fake-ledger.fixture.ts";
import { printSchema } from "../src/schema.ts";
import { createService } from "../src/service.ts";
import { pointsOf } from "./estimate-cost.ts";
import { text, type Table } from "@allfunds/platform/bench";

const DAYS = 2_520;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse("2016-01-04T00:00:00Z");
/** Every field is measured in each round, in turn; the median drops rounds that paid for another's garbage. */
const ROUNDS = 11;
const CALLS = 4;
/** Calls that are not counted: the first ones pay for compilation. */
const WARM_UP = 4;

const dayOf = (index: number): string =>
  new Date(FIRST_DAY + (index + 2 * Math.floor(index / 5)) * DAY_MS).toISOString().slice(0, 10);

/** One field, written so that no two calls are equal work; `n` is the number of the call. */
interface Case {
  readonly of: "Fund" | "Account" | "Instrument" | "Query";
  readonly field: (n: number) => string;
  /** What its input objects cost: the gateway counts them as well. */
  readonly input?: number;
}

const POINT = "{ date value lower upper lower95 upper95 }";
const FORECAST = `{ method points ${POINT} backtest { mase coverage } }`;
const PAGE = "{ nodes { date value } }";

/** Of one request by its weight in the schema. */
const REQUEST_POINTS = 20;

const TEN_KINDS = ["SMA", "EMA", "WMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3", "RSI", "MOM"];

function indicators(kinds: readonly string[]): Case {
  return {
    of: "Instrument",
    field: (n) => {
      const requests = kinds.map((kind) => `{ kind: ${kind}, parameters: { period: ${2 + n} } }`);
      return `indicators(first: 20, requests: [${requests.join()}]) { times series { outputs { values } } }`;
    },
    input: kinds.length * REQUEST_POINTS,
  };
}

const CASES: Readonly<Record<string, Case>> = {
  "Fund.metrics": { of: "Fund", field: () => "metrics { asOf values { metric value } }" },
  "Fund.balanceHistory": {
    of: "Fund",
    field: (n) =>
      `balanceHistory(interval: DAY, from: "${dayOf(n)}", to: "${dayOf(n + 190)}") { date cash { amount } }`,
  },
  "Fund.cashFlows": {
    of: "Fund",
    field: (n) => `cashFlows(from: "${dayOf(40 * n)}") { period net { amount } }`,
  },
  "Fund.forecast": {
    of: "Fund",
    field: (n) => `forecast(metric: REVENUE, horizon: ${1 + n}) ${FORECAST}`,
  },
  "Fund.performance": {
    of: "Fund",
    field: (n) => `performance(riskFreeRate: ${n / 100}) { asOf values { metric value } }`,
  },
  "Fund.rolling": {
    of: "Fund",
    field: (n) => `rolling(figure: VOLATILITY, window: ${20 + n}) ${PAGE}`,
  },
  "Account.performance": {
    of: "Account",
    field: (n) => `performance(riskFreeRate: ${n / 100}) { asOf values { metric value } }`,
  },
  "Query.portfolioRisk (a fund)": {
    of: "Query",
    field: (n) =>
      `portfolioRisk(input: { currency: "EUR", from: "${dayOf(0)}", to: "${dayOf(DAYS)}", level: ${0.9 + n / 1000} }) { volatility contributions { volatility } }`,
  },
  "Account.metrics": { of: "Account", field: () => "metrics { asOf values { metric value } }" },
  "Account.forecast": { of: "Account", field: (n) => `forecast(horizon: ${1 + n}) ${FORECAST}` },
  "Instrument.metrics": {
    of: "Instrument",
    field: (n) => `metrics(riskFreeRate: ${n / 100}) { values { metric value } }`,
  },
  "Instrument.forecast": {
    of: "Instrument",
    field: (n) => `forecast(horizon: ${1 + n}) ${FORECAST}`,
  },
  "Instrument.rolling": {
    of: "Instrument",
    field: (n) => `rolling(figure: VOLATILITY, window: ${20 + n}) ${PAGE}`,
  },
  "Instrument.drawdowns": {
    of: "Instrument",
    field: (n) => `drawdowns(from: "${dayOf(n)}") { nodes { from trough } }`,
  },
  "Instrument.monthlyReturns": {
    of: "Instrument",
    field: (n) => `monthlyReturns(from: "${dayOf(n)}") { year }`,
  },
  "Instrument.prices (200)": {
    of: "Instrument",
    field: (n) => `prices(first: 200, from: "${dayOf(n)}") { nodes { date close } }`,
  },
  "Instrument.indicators (20)": indicators(["EMA"]),
  "Instrument.indicators (20, ten kinds)": indicators(TEN_KINDS),
  "Instrument.indicator (20)": {
    of: "Instrument",
    field: (n) => `indicator(kind: SMA, period: ${2 + n}, first: 20) ${PAGE}`,
  },
};

/** CPU of this process, worker threads included, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What each field takes of the processor for one point of its cost: equal prices are fair prices. */
export async function measureCost(): Promise<Table[]> {
  const server = await startTemporaryPostgres();
  try {
    await server.ensureDatabase("metrics");
    return [await withService(server.url("metrics"), measure)];
  } finally {
    await server.stop();
  }
}

interface Subjects {
  readonly origin: string;
  readonly book: BookFixture;
  readonly accountId: string;
}

async function withService(
  url: string,
  work: (subjects: Subjects) => Promise<Table>,
): Promise<Table> {
  const ledger = new FakeLedger();
  const config = readConfig({ DATABASE_URL_METRICS: url, LEDGER_URL: await ledger.start() });
  const logger = createLogger("bench", "error");
  const { server, closers } = await createService(config, logger, { authentication: OPEN_TO_ALL });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  try {
    const { book, accountId } = tenYears();
    ledger.publish(book.events);
    return await work({ origin: server.app.listeningOrigin, book, accountId });
  } finally {
    await server.app.close();
    for (const close of closers) await close();
    await ledger.stop();
  }
}

/** A fund that moves cash on every business day of ten years. */
function tenYears(): { readonly book: BookFixture; readonly accountId: string } {
  const book = new BookFixture();
  const accountId = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  const capital = book.account("3000", "EQUITY");
  book.post(dayOf(0), [accountId, "DEBIT", "1000000"], [capital, "CREDIT", "1000000"]);
  for (let day = 0; day < DAYS; day += 1) {
    const amount = String(100 + ((day * 7_919) % 101));
    book.post(dayOf(day), [accountId, "DEBIT", amount], [sales, "CREDIT", amount]);
  }
  return { book, accountId };
}

async function measure({ origin, book, accountId }: Subjects): Promise<Table> {
  const send = async (query: string, variables: object = {}): Promise<Answer> => {
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
  const instrumentId = await importPrices(send);
  const fund = { id: book.fundId, position: book.position };
  const subjects = {
    Fund: { __typename: "Fund", ...fund },
    Account: { __typename: "Account", id: accountId, fund },
    Instrument: { __typename: "Instrument", id: instrumentId },
  };
  const ask = async (of: Case["of"], field: string): Promise<void> => {
    const ofEntity = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${of} { ${field} } } }`;
    const { errors } =
      of === "Query" ? await send(`{ ${field} }`) : await send(ofEntity, { of: [subjects[of]] });
    if (errors !== undefined) throw new Error(`${field}: ${JSON.stringify(errors)}`);
  };
  await followed(() => ask("Fund", "metrics { position }"));
  const schema = buildSchema(printSchema(), { assumeValidSDL: true });
  const calls = {
    nothing: () => send("{ __typename }"),
    ...Object.fromEntries(
      Object.entries(CASES).map(([name, { of, field }]) => [
        name,
        (n: number) => ask(of, field(n)),
      ]),
    ),
  };
  const cpu = await medians(calls);
  const empty = cpu.get("nothing") ?? 0;
  return tableOf(
    Object.entries(CASES).map(([name, { of, field, input = 0 }]) => {
      const type = schema.getType(of) as GraphQLObjectType;
      const points = pointsOf(type, fieldNode(field(0)), input);
      return { name, points, ms: (cpu.get(name) ?? Number.NaN) - empty };
    }),
  );
}

function fieldNode(field: string): FieldNode {
  const [definition] = parse(`{ ${field} }`).definitions;
  const [node] =
    definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
  if (node?.kind !== Kind.FIELD) throw new Error(`${field} is no field`);
  return node;
}

type Call = (n: number) => Promise<unknown>;

/** CPU of one call of each in milliseconds: the median of the rounds. No two calls of a case are equal work. */
async function medians(calls: Readonly<Record<string, Call>>): Promise<Map<string, number>> {
  for (const call of Object.values(calls)) {
    for (let n = 0; n < WARM_UP; n += 1) await call(ROUNDS * CALLS + n);
  }
  const rounds = new Map<string, number[]>(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, call] of Object.entries(calls)) {
      const before = cpuMs();
      for (let n = 0; n < CALLS; n += 1) await call(round * CALLS + n);
      rounds.get(name)?.push((cpuMs() - before) / CALLS);
    }
  }
  return new Map(
    Array.from(rounds, ([name, found]) => [
      name,
      found.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? Number.NaN,
    ]),
  );
}

function tableOf(rows: readonly { name: string; ms: number; points: number }[]): Table {
  const perPoint = rows.map(({ ms, points }) => ms / points);
  const spread = Math.max(...perPoint) / Math.min(...perPoint);
  return {
    title: `CPU of fields by their cost, ${DAYS} days; the spread is ${text(spread, 1)}`,
    columns: ["field", "CPU ms", "points", "ms/point"],
    rows: rows.map(({ name, ms, points }, index) => [
      name,
      text(ms, 2),
      text(points),
      text(perPoint[index] ?? Number.NaN, 4),
    ]),
  };
}

interface Answer {
  readonly data?: Record<string, { readonly instrument: { readonly id: string } }>;
  readonly errors?: readonly unknown[];
}

async function importPrices(
  send: (query: string, variables: object) => Promise<Answer>,
): Promise<string> {
  const lines = Array.from(
    { length: DAYS },
    (_, day) => `${dayOf(day)},${(100 + Math.sin(day / 9) * 5 + day / 50).toFixed(2)}`,
  );
  const input = {
    symbol: "BENCH",
    currency: "EUR",
    content: ["date,close", ...lines].join("\n"),
  };
  const { data, errors } = await send(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input },
  );
  const id = data?.["importPrices"]?.instrument.id;
  if (id === undefined) throw new Error(JSON.stringify(errors));
  return id;
}

const MOST_ATTEMPTS = 60;

/** Calls until the figures include the whole book. */
async function followed(call: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
