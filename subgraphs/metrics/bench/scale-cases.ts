import { newId } from "@allfunds/platform/ids";
import { watchHealth } from "./health-watch.ts";
import { startMetrics, type RunningMetrics } from "./running-metrics.ts";
import { text, type Table } from "@allfunds/platform/bench";

const ROWS = 10_000_000;
/** Of the one series that is read whole: a read has five million bars at most. */
const WIDE_UNTIL = 4_900_000;
/** So few that making them does not count as work of the server, which shares the thread. */
const ROWS_OF_CHUNK = 5_000;
const ALIASES = 50;
const START = Date.parse("2005-01-03T00:00:00Z");
const SAMPLE_MS = 20;
const BYTES_PER_MB = 1024 * 1024;

const minute = (index: number): string => new Date(START + index * 60_000).toISOString();

/** Ten million bars in and figures of them out: how much memory it takes, and whether others are answered. */
export async function measureScale(): Promise<Table[]> {
  const metrics = await startMetrics(500);
  try {
    const client = clientOf(metrics);
    // What is loaded at the first import and the first figure is there before anything is measured.
    await figuresOf(client, await importBars(client, 10_000), "HOUR", 10_000);
    const rows: string[][] = [];
    const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      rows.push([name, ...(await measured(metrics, work))]);
    };
    let id = "";
    await measure(`import of ${ROWS} bars`, async () => {
      id = await importBars(client, ROWS);
    });
    await measure(`indicators of ${WIDE_UNTIL} bars`, () =>
      figuresOf(client, id, "POINT", WIDE_UNTIL),
    );
    await measure("indicators of all hours", () => figuresOf(client, id, "HOUR", ROWS));
    await measure(`${ALIASES} forecasts in one operation`, () => forecastsOf(client, id));
    const columns = ["what", "seconds", "MB above idle", "slowest /health/live, ms", "busy ms"];
    return [{ title: "Ten million bars", columns, rows }];
  } finally {
    await metrics.stop();
  }
}

type Client = (query: string, variables?: object) => Promise<Record<string, unknown>>;

function clientOf({ origin }: RunningMetrics): Client {
  return async (query, variables = {}) => {
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: Record<string, unknown>;
      errors?: { message: string }[];
    };
    if (errors !== undefined || data === undefined) throw new Error(errors?.[0]?.message);
    return data;
  };
}

async function measured(metrics: RunningMetrics, work: () => Promise<unknown>): Promise<string[]> {
  const health = await watchHealth(metrics.origin);
  const idle = process.memoryUsage.rss();
  let most = idle;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(sampling);
  const { ms, busyMs } = await health.stop();
  const megabytes = (most - idle) / BYTES_PER_MB;
  return [text(seconds, 1), text(megabytes), text(ms, 1), text(busyMs, 1)];
}

/** Uploads a file of bars of a minute chunk by chunk and imports it; resolves with the instrument's id. */
async function importBars(client: Client, count: number): Promise<string> {
  const input = {
    symbol: `BARS${newId().slice(-12)}`,
    currency: "EUR",
    csv: {
      date: "time",
      open: "open",
      high: "high",
      low: "low",
      close: "close",
      volume: "volume",
      dateFormat: "YYYY-MM-DDTHH:mm:ssZ",
    },
  };
  const { startPriceImport: upload } = (await client(
    `mutation ($input: StartPriceImportInput!) {
      startPriceImport(input: $input) { id instrument { id } } }`,
    { input },
  )) as { startPriceImport: { id: string; instrument: { id: string } } };
  const { id, instrument } = upload;
  let offset = 0;
  for (let first = 0; first < count; first += ROWS_OF_CHUNK) {
    const rows = Math.min(ROWS_OF_CHUNK, count - first);
    const lines = Array.from({ length: rows }, (_, index) => barAt(first + index)).join("");
    const content = first === 0 ? `time,open,high,low,close,volume\n${lines}` : lines;
    const { appendPriceImport: appended } = (await client(
      `mutation ($id: ID!, $offset: SafeInt!, $content: String!) {
        appendPriceImport(id: $id, offset: $offset, content: $content) { bytes } }`,
      { id, offset, content },
    )) as { appendPriceImport: { bytes: number } };
    offset = appended.bytes;
  }
  const { finishPriceImport: job } = (await client(
    "mutation ($id: ID!) { finishPriceImport(id: $id) { id } }",
    { id },
  )) as { finishPriceImport: { id: string } };
  await ended(client, job.id);
  return instrument.id;
}

function barAt(index: number): string {
  const price = 100 + 20 * Math.sin(index / 50_000) + ((index * 7_919) % 101) / 100;
  const parts = [price, price * 1.001, price * 0.999, price].map((value) => value.toFixed(4));
  return `${minute(index)},${parts.join(",")},${1_000 + (index % 977)}\n`;
}

const POLL_MS = 100;

async function ended(client: Client, id: string): Promise<void> {
  for (;;) {
    const { metricsJob: job } = (await client(
      "query ($id: ID!) { metricsJob(id: $id) { state error { message } } }",
      { id },
    )) as { metricsJob: { state: string; error: { message: string } | null } };
    const { state, error } = job;
    if (state === "SUCCEEDED") return;
    if (error !== null) throw new Error(error.message);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Three indicators over all bars up to one of them; the answer has a page of the last ones. */
const figuresOf = (client: Client, id: string, interval: string, until: number): Promise<unknown> =>
  client(
    `query ($id: ID!, $from: Date!, $to: Date!) { instrument(id: $id) {
      indicators(interval: ${interval}, from: $from, to: $to, first: 200, requests: [
        { kind: EMA }, { kind: ATR }, { kind: MFI }
      ]) { times series { outputs { values } } } } }`,
    { id, from: minute(until - 1_440).slice(0, 10), to: minute(until).slice(0, 10) },
  );

/** Forecasts of a series of days, no two of them equal work. */
const forecastsOf = (client: Client, id: string): Promise<unknown> => {
  const fields = Array.from(
    { length: ALIASES },
    (_, nth) =>
      `f${nth}: forecast(frequency: ${nth % 2 === 0 ? "DAILY" : "WEEKLY"}, horizon: ${1 + Math.floor(nth / 2)}) { method points { date } }`,
  );
  return client(`query ($id: ID!) { instrument(id: $id) { ${fields.join("\n")} } }`, { id });
};
