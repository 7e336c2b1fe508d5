import { percentile } from "./statistics.ts";
import { text, type Table } from "@allfunds/platform/bench";

export interface RunningSystemOptions {
  readonly seconds: number;
  /** Base URL of a gateway, for mutations of 100 postings each. */
  readonly gateway?: string | undefined;
  /** Base URL of the REST bridge, for single postings. */
  readonly rest?: string | undefined;
  /** Access token, where the system requires one. */
  readonly token?: string | undefined;
}

const BULK = 100;
const BULK_CLIENTS = 4;
const REST_CLIENTS = 16;

/** What clients of a running system get: through the gateway in bulk, through REST one by one. */
export async function measureRunningSystem(options: RunningSystemOptions): Promise<Table> {
  const rows: string[][] = [];
  if (options.gateway !== undefined) {
    const fund = await openFund(options);
    const post = (): Promise<void> => postBulk(options, fund);
    const { perSecond, latencies } = await loop(post, BULK_CLIENTS, options.seconds);
    rows.push([`gateway, mutations of ${BULK}`, ...cells(perSecond * BULK, latencies)]);
    if (options.rest !== undefined) {
      const single = (): Promise<void> => postSingle(options, fund);
      const run = await loop(single, REST_CLIENTS, options.seconds);
      rows.push(["REST, one by one", ...cells(run.perSecond, run.latencies)]);
    }
  }
  return {
    title: "Through the public interfaces",
    columns: ["case", "postings per second", "p50 / p99 ms of a request"],
    rows,
  };
}

const cells = (perSecond: number, latencies: readonly number[]): string[] => [
  text(perSecond),
  `${text(percentile(latencies, 0.5), 1)} / ${text(percentile(latencies, 0.99), 1)}`,
];

async function loop(request: () => Promise<void>, clients: number, seconds: number) {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const client = async (): Promise<void> => {
    for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
      await request();
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: (latencies.length / (performance.now() - startedAt)) * 1_000, latencies };
}

interface Fund {
  readonly id: string;
  readonly accounts: readonly [string, string];
}

async function openFund(options: RunningSystemOptions): Promise<Fund> {
  const { openFund: fund } = await ask<{ openFund: { id: string } }>(
    options,
    'mutation { openFund(input: { name: "Bench", currency: "EUR" }) { id } }',
    {},
  );
  const open = async (code: string): Promise<string> => {
    const input = { fundId: fund.id, code, name: code, type: "ASSET" };
    const document = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
    const opened = await ask<{ openAccount: { id: string } }>(options, document, { input });
    return opened.openAccount.id;
  };
  return { id: fund.id, accounts: [await open("A"), await open("B")] };
}

const posting = ({ id, accounts: [to, from] }: Fund): object => ({
  fundId: id,
  effectiveDate: "2026-06-30",
  description: "Transfer",
  entries: [
    { accountId: to, side: "DEBIT", amount: "1.00" },
    { accountId: from, side: "CREDIT", amount: "1.00" },
  ],
});

async function postBulk(options: RunningSystemOptions, fund: Fund): Promise<void> {
  const input = { transactions: Array.from({ length: BULK }, () => posting(fund)) };
  const { postTransactions } = await ask<{ postTransactions: { posted: number } }>(
    options,
    "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { posted } }",
    { input },
  );
  if (postTransactions.posted !== BULK) throw new Error("a bulk was not posted whole");
}

async function postSingle(options: RunningSystemOptions, fund: Fund): Promise<void> {
  const response = await post(options, `${options.rest}/api/v1/transactions`, posting(fund));
  if (response.status !== 201) throw new Error(`REST answered ${response.status}`);
  await response.arrayBuffer();
}

export async function ask<Data>(
  options: RunningSystemOptions,
  query: string,
  variables: object,
): Promise<Data> {
  const response = await post(options, `${options.gateway}/graphql`, { query, variables });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const post = ({ token }: RunningSystemOptions, url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
