import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { execute, parse, subscribe, type ExecutionResult } from "graphql";
import { createContext } from "../context.ts";
import { openSmallFund, payIn, type SmallFund } from "../ledger-database.fixture.ts";
import { dataOf, signedIn, waitingIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { noAdministration, openAdministration } from "./owned-administration.fixture.ts";
import type { Probe } from "./operation-probe.fixture.ts";

const KINDS = [
  "fund",
  "account",
  "transaction",
  "hold",
  "proposal",
  "changeProposal",
  "period",
  "verification",
  "statement",
  "upload",
  "importJob",
  "undoJob",
  "match",
  "template",
  "attachment",
  "counterparty",
  "shareClass",
  "investor",
  "order",
  "trade",
  "currencyTrade",
  "action",
  "valuation",
  "webhook",
  "webhookDelivery",
] as const;
type Kind = (typeof KINDS)[number];
type Ids = ReadonlyMap<string, string>;

/** A fund with one of everything that has an id, but for what only an administered fund has. */
export interface OwnedFund extends SmallFund {
  readonly ids: Readonly<Record<Kind, string>>;
}

export async function openOwnedFund(
  graph: LedgerGraph,
  context: RequestContext,
): Promise<OwnedFund> {
  const { books } = graph;
  const fund = await openSmallFund(books, context);
  const { fundId, bank } = fund;
  const [transaction, hold, period] = [newId(), newId(), newId()];
  const [match, ...even] = [newId(), newId(), newId()];
  const send = (order: Parameters<typeof books.execute>[1]) => books.execute(context, order);
  const order = { bookId: fundId, key: undefined, content: null };
  await send(payIn(fund, "100.00", { transactionId: transaction }));
  await send({
    ...order,
    command: {
      kind: "PlaceHold",
      fundId,
      holdId: hold,
      accountId: bank,
      amount: "1.00",
      contraAccountId: fund.capital,
      description: "Held",
      reference: null,
      metadata: {},
      expiresAt: null,
    },
  });
  const statements = await openStatements(graph, context, bank);
  for (const [at, transactionId] of even.entries())
    await send(
      payIn(at === 0 ? fund : { ...fund, bank: fund.capital, capital: bank }, "1.00", {
        transactionId,
      }),
    );
  await send({
    ...order,
    command: {
      kind: "MatchLines",
      matchId: match,
      fundId,
      accountId: bank,
      lines: [],
      transactionIds: even,
      note: null,
    },
  });
  const template = newId();
  const counterparty = newId();
  await send({
    ...order,
    command: {
      kind: "SetCounterparty",
      fundId,
      counterpartyId: counterparty,
      replaces: 0,
      name: "A supplier",
      ibans: [],
      note: null,
      isClosed: false,
    },
  });
  const attached = await graph.run(
    context,
    `mutation ($input: AttachFileInput!) { attachFile(input: $input) { id } }`,
    {
      input: {
        transactionId: transaction,
        name: "note.txt",
        contentBase64: Buffer.from("note").toString("base64"),
      },
    },
  );
  const attachment = dataOf<{ id: string }>(attached, "attachFile").id;
  await send({
    ...order,
    command: {
      kind: "SetJournalTemplate",
      fundId,
      templateId: template,
      replaces: 0,
      name: "Rent",
      description: "Rent",
      metadata: {},
      entries: [
        { accountId: bank, side: "DEBIT", amount: "1.00" },
        { accountId: fund.capital, side: "CREDIT", amount: "1.00" },
      ],
      frequency: "MONTHLY",
      dayOfMonth: 1,
      firstDate: "2090-01-01",
      lastDate: null,
      reversal: null,
      isPaused: false,
    },
  });
  await send({
    ...order,
    command: { kind: "ClosePeriod", fundId, periodId: period, from: undefined, to: "2020-12-31" },
  });
  await send({
    ...order,
    command: { kind: "SetApprovalLimit", fundId, currency: "EUR", amount: "1000.00" },
  });
  await send(payIn(fund, "2000.00")).catch(() => undefined);
  const waiting = await graph.run(
    signedIn("owner", { overrides: context }),
    `{ proposals(fundId: "${fundId}") { nodes { id } } }`,
  );
  const [proposal] = dataOf<{ nodes: { id: string }[] }>(waiting, "proposals").nodes;
  if (proposal === undefined) throw new Error("a proposal should wait");
  // Nothing runs it, so that it stays as it is.
  const started = await graph.run(
    signedIn("owner", { overrides: context }),
    `mutation { startVerification(input: { fundId: "${fundId}" }) { id } }`,
  );
  const verification = dataOf<{ id: string }>(started, "startVerification").id;
  const ids = {
    fund: fundId,
    account: bank,
    transaction,
    hold,
    proposal: proposal.id,
    changeProposal: await proposeChange(graph, context, fundId),
    period,
    verification,
    match,
    template,
    attachment,
    counterparty,
    ...statements,
    ...(await openWebhook(graph, context, fundId)),
    ...noAdministration(),
  };
  return { ...fund, ids };
}

/** A higher limit for changes, which waits for another person. */
async function proposeChange(
  { run }: LedgerGraph,
  context: RequestContext,
  fundId: string,
): Promise<string> {
  const limit = (amount: string) =>
    run(
      signedIn("owner", { overrides: context }),
      "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { __typename } }",
      { input: { fundId, currency: "EUR", per: "CHANGE", amount } },
    );
  await limit("0.00");
  return waitingIn(await limit("60.00"));
}

/** The same with one of everything of an administered fund of the same owner. */
export async function openAdministeredToo(
  graph: LedgerGraph,
  context: RequestContext,
): Promise<OwnedFund> {
  const owned = await openOwnedFund(graph, context);
  return { ...owned, ids: { ...owned.ids, ...(await openAdministration(graph, context)) } };
}

const BANK_FILE = {
  format: "CSV",
  csv: { date: "Date", description: "Text", amount: "Amount" },
};

/** An imported statement, and an upload and an undo whose jobs wait: nothing runs them. */
async function openStatements(
  { run }: LedgerGraph,
  context: RequestContext,
  accountId: string,
): Promise<Readonly<Record<"statement" | "upload" | "importJob" | "undoJob", string>>> {
  const content = "Date,Text,Amount\n2026-06-10,Rent,1.00";
  const input = { ...BANK_FILE, accountId };
  const imported = await run(
    context,
    "mutation ($input: ImportStatementInput!) { importStatement(input: $input) { id } }",
    { input: { ...input, content } },
  );
  const started = await run(
    context,
    "mutation ($input: StartStatementImportInput!) { startStatementImport(input: $input) { id } }",
    { input },
  );
  const upload = dataOf<{ id: string }>(started, "startStatementImport").id;
  await run(
    context,
    `mutation ($id: ID!, $part: String!) {
      appendStatementImport(id: $id, offset: 0, contentBase64: $part) { id } }`,
    { id: upload, part: Buffer.from(content).toString("base64") },
  );
  const finished = await run(
    context,
    "mutation ($id: ID!) { finishStatementImport(id: $id) { id } }",
    { id: upload },
  );
  const statement = dataOf<{ id: string }>(imported, "importStatement").id;
  const undone = await run(
    context,
    `mutation ($id: ID!) {
      startStatementUndo(input: { statementId: $id, reason: "Wrong" }) { id } }`,
    { id: statement },
  );
  return {
    statement,
    undoJob: dataOf<{ id: string }>(undone, "startStatementUndo").id,
    upload,
    importJob: dataOf<{ id: string }>(finished, "finishStatementImport").id,
  };
}

/** A webhook of a fund with a message that waits: nothing sends it. */
async function openWebhook(
  { run }: LedgerGraph,
  context: RequestContext,
  fundId: string,
): Promise<Readonly<Record<"webhook" | "webhookDelivery", string>>> {
  const made = await run(
    context,
    "mutation ($input: WebhookSettingsInput!) { createWebhook(input: $input) { webhook { id } } }",
    { input: { url: "https://hooks.example/in", fundIds: [fundId] } },
  );
  const webhook = dataOf<{ webhook: { id: string } }>(made, "createWebhook").webhook.id;
  const text = "mutation ($id: ID!) { testWebhook(id: $id) { id } }";
  const tested = await run(context, text, { id: webhook });
  return { webhook, webhookDelivery: dataOf<{ id: string }>(tested, "testWebhook").id };
}

/** Ids by the names under which operations take them, with one kind of thing for all other names. */
const namedIds = (ids: OwnedFund["ids"], kind: Kind): Ids =>
  new Map([
    ["id", ids[kind]],
    ["fundId", ids.fund],
    ["accountId", ids.account],
    ["transactionId", ids.transaction],
    ["holdId", ids.hold],
    ["templateId", ids.template],
    ["periodId", ids.period],
    ["classId", ids.shareClass],
    ["investorId", ids.investor],
    ["orderId", ids.order],
    ["tradeId", ids.trade],
    ["currencyTradeId", ids.currencyTrade],
    ["actionId", ids.action],
    ["webhookId", ids.webhook],
    ["deliveryId", ids.webhookDelivery],
    ["other", ids[kind]],
  ]);

/** The ids of a fund's things, once for each kind of thing that `id` may be. */
export const idsOf = ({ ids }: Pick<OwnedFund, "ids">): Ids[] =>
  KINDS.map((kind) => namedIds(ids, kind));

/** Those of them that an operation takes in different ways; many take no `id`. */
export function waysToTake(probe: Probe, owned: Pick<OwnedFund, "ids">): Ids[] {
  const ways = new Map(idsOf(owned).map((ids) => [JSON.stringify(probe.variables(ids)), ids]));
  return [...ways.values()];
}

/** Ids of nothing at all. */
export const unknownIds = (): Ids => {
  const ids = Object.fromEntries(KINDS.map((kind) => [kind, newId()]));
  return namedIds(ids as unknown as OwnedFund["ids"], "fund");
};

/** What an operation answers a caller, with every id in it made the same, so that only the rest counts. */
export async function answerTo(
  { schema, stores }: LedgerGraph,
  probe: Probe,
  request: RequestContext,
  ids: Ids,
): Promise<string> {
  const options = {
    schema,
    document: parse(probe.document),
    variableValues: probe.variables(ids),
    contextValue: createContext(stores, request),
  };
  if (probe.kind !== "subscription") return spell(await execute(options));
  const result = await subscribe(options);
  if (!(Symbol.asyncIterator in result)) return spell(result);
  await result.return(undefined);
  return "subscribed";
}

function spell({ data, errors }: ExecutionResult): string {
  const answered = errors?.map(({ message, extensions, originalError }) => [
    message,
    extensions["code"] ?? (originalError as { code?: string } | undefined)?.code,
  ]);
  return JSON.stringify([data, answered]).replaceAll(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
    "ID",
  );
}

/** True when the operation takes something by its id, under another name than these. */
export const takesIds = ({ variables }: Probe, ...besides: readonly string[]): boolean => {
  const named = besides.map((name) => [name, "BESIDES"] as const);
  return JSON.stringify(variables(new Map([["other", "AN-ID"], ...named]))).includes("AN-ID");
};

/** Every row of a tenant, by table. */
export async function rowsOf(
  { reads }: LedgerGraph,
  tables: readonly string[],
  tenantId: string,
): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const table of tables) {
    const found = await reads.query<{ text: string }>(
      `SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS text FROM ${table} t
       WHERE $1::uuid IS NOT NULL`,
      [tenantId],
    );
    rows[table] = found.rows[0]?.text ?? "";
  }
  return rows;
}

/** Tables that belong to tenants. */
export async function tenantTables(pool: {
  query(sql: string): Promise<{ rows: { name: string }[] }>;
}): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT c.relname AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
