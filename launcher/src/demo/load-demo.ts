import { readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DEMO_FUNDS, DEMO_PRICES, type DemoFund } from "./books.ts";
import { askGraph, GraphRefusal } from "./graph-client.ts";

/** What scripts and load tests may rely on: the ids of the demo and where to reach it. */
export interface DemoDirectory {
  fundIds: Record<string, string>;
  accountIds: Record<string, string>;
  instrumentIds: Record<string, string>;
  endpoints: Record<string, string>;
}

interface Load {
  graph: string;
  files: string;
  report: (line: string) => void;
}

const Opened = z.record(z.string(), z.object({ id: z.string() }));

/** Loads the demo through the public API, once per data directory, and says where it is. */
export async function loadDemo(
  file: string,
  endpoints: Record<string, string>,
  load: Load,
): Promise<DemoDirectory> {
  const kept = existsSync(file)
    ? DirectoryFile.parse(JSON.parse(await readFile(file, "utf8")))
    : undefined;
  const ids = kept ?? (await loadAll(load));
  const directory = { ...ids, endpoints };
  // The endpoints may have moved with the offset since the last start.
  await writeFile(`${file}.new`, `${JSON.stringify(directory, null, 2)}\n`);
  await rename(`${file}.new`, file);
  return directory;
}

const Ids = z.record(z.string(), z.string());
const DirectoryFile = z.object({ fundIds: Ids, accountIds: Ids, instrumentIds: Ids });

async function loadAll(load: Load): Promise<z.infer<typeof DirectoryFile>> {
  for (const fund of DEMO_FUNDS) await loadFund(fund, load);
  const instrument = await importPrices(load);
  const accounts = DEMO_FUNDS.flatMap((fund) => fund.accounts);
  return {
    fundIds: Object.fromEntries(DEMO_FUNDS.map(({ key, id }) => [key, id])),
    accountIds: Object.fromEntries(accounts.map(({ key, id }) => [key, id])),
    instrumentIds: { [DEMO_PRICES.key]: instrument },
  };
}

async function loadFund(fund: DemoFund, load: Load): Promise<void> {
  const { graph } = load;
  const { id, name, currency } = fund;
  await unlessThere(() => askGraph(graph, OPEN_FUND, { input: { id, name, currency } }, Opened));
  for (const { key: _, ...account } of fund.accounts) {
    const input = { ...account, fundId: id, currency };
    await unlessThere(() => askGraph(graph, OPEN_ACCOUNT, { input }, Opened));
  }
  await unlessThere(() =>
    askGraph(graph, POST_TRANSACTION, { input: openingTransaction(fund) }, Opened),
  );
  await importStatement(fund, load);
}

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

function openingTransaction({ id, accounts, currency, opening }: DemoFund): object {
  const [cash, securities, capital] = accounts;
  return {
    id: opening.transactionId,
    fundId: id,
    effectiveDate: opening.date,
    description: "Opening balances brought forward",
    entries: [
      { accountId: cash?.id, side: "DEBIT", amount: opening.cash, currency },
      { accountId: securities?.id, side: "DEBIT", amount: opening.securities, currency },
      { accountId: capital?.id, side: "CREDIT", amount: opening.cash, currency },
      { accountId: capital?.id, side: "CREDIT", amount: opening.securities, currency },
    ],
    idempotencyKey: `demo-opening-${opening.transactionId}`,
  };
}

async function importStatement(fund: DemoFund, { graph, files, report }: Load): Promise<void> {
  const { file, format, csv } = fund.statement;
  const account = (code: string): string | undefined =>
    fund.accounts.find((candidate) => candidate.code === code)?.id;
  const input = {
    accountId: account("1000"),
    format,
    content: await readFile(join(files, file), "utf8"),
    ...(csv ? { csv } : {}),
    receiptsAccountId: account("4000"),
    paymentsAccountId: account("5000"),
  };
  const { importStatement: done } = await askGraph(graph, IMPORT_STATEMENT, { input }, Imported);
  report(`demo: ${done.posted} transactions of ${file} posted to ${fund.name}`);
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
