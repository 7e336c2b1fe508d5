import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  CUSTODY_OPENING,
  DEMO_ACCOUNTS,
  DEMO_FUND,
  DEMO_PRICES,
  DEMO_STATEMENTS,
  type DemoStatement,
} from "./books.ts";
import { DEMO_RULES } from "./rules.ts";
import type { DemoContents } from "./demo-directory.ts";
import { ADMINISTERED_FUND } from "./administered-fund.ts";
import { askGraph, GraphRefusal, type Graph } from "./graph-client.ts";
import { loadAdministration } from "./load-administration.ts";

interface Load {
  graph: Graph;
  /** The graph as another person, who publishes NAVs. */
  publisher: Graph;
  files: string;
  report: (line: string) => void;
}

const Opened = z.record(z.string(), z.object({ id: z.string() }));

/** Loads the demo through the public API; what an interrupted load got done stays as it is. */
export async function loadDemo(load: Load): Promise<DemoContents> {
  await askGraph(load.graph, CONSENT, {}, z.unknown());
  await openBooks(load);
  for (const statement of DEMO_STATEMENTS) await importStatement(statement, load);
  const instrument = await importPrices(load);
  await loadAdministration({ maker: load.graph, publisher: load.publisher }, load.report);
  return {
    fundIds: {
      [DEMO_FUND.key]: DEMO_FUND.id,
      [ADMINISTERED_FUND.key]: ADMINISTERED_FUND.id,
    },
    accountIds: Object.fromEntries(DEMO_ACCOUNTS.map(({ key, id }) => [key, id])),
    instrumentIds: { [DEMO_PRICES.key]: instrument },
  };
}

async function openBooks({ graph }: Load): Promise<void> {
  const { id, name, currency } = DEMO_FUND;
  await unlessThere(() => askGraph(graph, OPEN_FUND, { input: { id, name, currency } }, Opened));
  for (const { key: _, ...account } of DEMO_ACCOUNTS) {
    const input = { ...account, fundId: id, currency };
    await unlessThere(() => askGraph(graph, OPEN_ACCOUNT, { input }, Opened));
  }
  const input = openingTransaction();
  await unlessThere(() => askGraph(graph, POST_TRANSACTION, { input }, Opened));
}

// Texts of the demo are invented, so they may go to a language model when a key is configured.
const CONSENT = "mutation { setModelConsent(given: true) { state } }";
const OPEN_FUND = "mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }";
const OPEN_ACCOUNT = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
const POST_TRANSACTION =
  "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
const IMPORT_STATEMENT = `mutation ($input: ImportStatementInput!) {
  importStatement(input: $input) { posted duplicates }
}`;
const IMPORT_PRICES = `mutation ($input: ImportPricesInput!) {
  importPrices(input: $input) { rows instrument { id } }
}`;

/** A load that was interrupted finds its first steps done. */
async function unlessThere(step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof GraphRefusal && error.code === "ALREADY_EXISTS")) throw error;
  }
}

function accountId(key: string): string {
  const account = DEMO_ACCOUNTS.find((candidate) => candidate.key === key);
  if (!account) throw new Error(`The demo has no account "${key}".`);
  return account.id;
}

function openingTransaction(): object {
  const { id, date, held, invested, transferred } = CUSTODY_OPENING;
  return {
    id,
    fundId: DEMO_FUND.id,
    effectiveDate: date,
    description: "Custody cash brought forward",
    entries: [
      { accountId: accountId("custody"), side: "DEBIT", amount: held },
      { accountId: accountId("investments"), side: "DEBIT", amount: invested },
      { accountId: accountId("transfers"), side: "CREDIT", amount: transferred },
    ],
    idempotencyKey: `demo-opening-${id}`,
  };
}

async function importStatement(
  { accountKey, file, format, csv }: DemoStatement,
  { graph, files, report }: Load,
): Promise<void> {
  const input = {
    accountId: accountId(accountKey),
    format,
    content: await readFile(join(files, file), "utf8"),
    ...(csv ? { csv } : {}),
    receiptsAccountId: accountId("receipts"),
    paymentsAccountId: accountId("payments"),
    rules: DEMO_RULES.map(({ accountKey: key, direction, contains }) => ({
      accountId: accountId(key),
      direction,
      contains,
    })),
  };
  const { importStatement: done } = await askGraph(graph, IMPORT_STATEMENT, { input }, Imported);
  report(`demo: ${done.posted} transactions of ${file} posted`);
}

const Imported = z.object({
  importStatement: z.object({ posted: z.number(), duplicates: z.number() }),
});

async function importPrices({ graph, files, report }: Load): Promise<string> {
  const { symbol, name, currency, csv, file } = DEMO_PRICES;
  const content = await readFile(join(files, file), "utf8");
  const input = { symbol, name, currency, csv, content };
  const answer = await askGraph(graph, IMPORT_PRICES, { input }, ImportedPrices);
  const { rows, instrument } = answer.importPrices;
  report(`demo: ${rows} daily prices of ${file} imported`);
  return instrument.id;
}

const ImportedPrices = z.object({
  importPrices: z.object({ rows: z.number(), instrument: z.object({ id: z.string() }) }),
});
