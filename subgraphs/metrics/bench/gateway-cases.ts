import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@allfunds/platform/ids";
import { z } from "zod";
import { addDays, utcDate } from "../src/series/calendar.ts";
import { percentile } from "./running-metrics.ts";
import { text, type Table } from "@allfunds/platform/bench";

const FUNDS = 100;
const DAYS = 100;
const ROUNDS = 40;
const WARM_UP_ROUNDS = 15;
const MONEY = "{ amount currency }";

const QUERIES = [
  ["funds alone", "id name currency position"],
  [
    "with money figures",
    `id name currency position
     metrics { cash ${MONEY} netAssetValue ${MONEY} inflow30d ${MONEY} outflow30d ${MONEY} }`,
  ],
] as const;

const demoSchema = z.object({
  tokenEndpoint: z.string(),
  resource: z.string(),
  clients: z.array(
    z.object({ clientId: z.string(), clientSecret: z.string(), scopes: z.array(z.string()) }),
  ),
});

/** Where a system runs that `npm start` started with its demo. */
export interface RunningSystem {
  /** Its data directory, which has the demo's clients. */
  readonly data: string;
  readonly gateway: string;
}

type Client = (query: string, variables?: object) => Promise<Record<string, unknown>>;

/** A page of funds with and without their figures, through the gateway of a running system. */
export async function measureGateway({ data, gateway }: RunningSystem): Promise<Table[]> {
  const demo = demoSchema.parse(JSON.parse(await readFile(join(data, "demo.json"), "utf8")));
  const client = await clientOf(demo, gateway);
  const opened = await countFunds(client);
  for (let count = opened; count < FUNDS; count += 1) await writeFund(client, count);
  const took = QUERIES.map(() => [] as number[]);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // In turn, so that a change of the machine's speed meets both.
    for (const [nth, [, fields]] of QUERIES.entries()) {
      const start = performance.now();
      await client(`{ funds(first: ${FUNDS}) { nodes { ${fields} } } }`);
      if (round >= 0) took[nth]?.push(performance.now() - start);
    }
  }
  const medians = took.map((values) => percentile(values, 0.5));
  return [
    {
      title: `${FUNDS} funds through the gateway, median ms of ${ROUNDS}`,
      columns: ["fields", "ms", "of funds alone"],
      rows: QUERIES.map(([name], nth) => [
        name,
        text(medians[nth]!, 1),
        text(medians[nth]! / medians[0]!, 2),
      ]),
    },
  ];
}

async function clientOf(demo: z.infer<typeof demoSchema>, gateway: string): Promise<Client> {
  const { tokenEndpoint, resource, clients } = demo;
  const [writer] = clients;
  if (writer === undefined) throw new Error("the demo has no client");
  const credentials = Buffer.from(`${writer.clientId}:${writer.clientSecret}`).toString("base64");
  const answer = await fetch(tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      resource,
      scope: writer.scopes.join(" "),
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return async (query, variables = {}) => {
    const response = await fetch(`${gateway}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: Record<string, unknown> | null;
      errors?: { message: string }[];
    };
    if (errors !== undefined || !data) throw new Error(errors?.[0]?.message ?? "no answer");
    return data;
  };
}

async function countFunds(client: Client): Promise<number> {
  const { funds } = (await client("{ funds(first: 200) { nodes { id } } }")) as {
    funds: { nodes: unknown[] };
  };
  return funds.nodes.length;
}

/** Opens a fund with a posting on each day. */
async function writeFund(client: Client, count: number): Promise<void> {
  const fundId = newId();
  const [bank, sales] = [newId(), newId()];
  await client("mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }", {
    input: { id: fundId, name: `Fund ${count}`, currency: "EUR" },
  });
  for (const input of [
    { id: bank, fundId, code: "1000", name: "Bank", type: "ASSET" },
    { id: sales, fundId, code: "4000", name: "Sales", type: "INCOME" },
  ]) {
    await client("mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }", {
      input,
    });
  }
  const today = utcDate(new Date());
  const transactions = Array.from({ length: DAYS }, (_, day) => ({
    fundId,
    effectiveDate: addDays(today, day + 1 - DAYS),
    description: "Sale",
    entries: [
      { accountId: bank, side: "DEBIT", amount: `${100 + day}.50` },
      { accountId: sales, side: "CREDIT", amount: `${100 + day}.50` },
    ],
  }));
  await client(
    "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { __typename } }",
    { input: { transactions } },
  );
}
