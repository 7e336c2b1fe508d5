import { posting, sendJson, type Send } from "../service.fixture.ts";
import {
  AttachSampleFileDocument,
  ImportSamplePricesDocument,
  ImportSampleStatementDocument,
  LimitSampleFundDocument,
  OpenSampleAccountDocument,
  OpenSampleFundDocument,
  StartSampleVerificationDocument,
  type AccountType,
} from "./graph-types.generated.ts";
import type { RunningGraph } from "./running-graph.fixture.ts";

/** One id of every kind that a path, parameter or body of the bridge can contain. */
export interface Ids {
  readonly fund: string;
  readonly account: string;
  readonly contra: string;
  readonly transaction: string;
  readonly hold: string;
  readonly period: string;
  readonly proposal: string;
  readonly instrument: string;
  /** A bank statement that was imported into the account. */
  readonly statement: string;
  /** A verification of the fund's book. */
  readonly job: string;
  /** A file of the transaction. */
  readonly attachment: string;
  /** A paused webhook for the fund's events, and a message that waits. */
  readonly webhook: string;
  readonly delivery: string;
}

type Headers = Readonly<Record<string, string>>;

/** Opens a fund with something of every kind in it, through the public API. */
export async function openSampleBooks(
  graph: RunningGraph,
  send: Send,
  headers: Headers,
): Promise<Ids> {
  const fund = await openFund(graph, headers);
  const account = await openAccount(graph, headers, { fundId: fund, code: "1000", type: "ASSET" });
  const contra = await openAccount(graph, headers, { fundId: fund, code: "3000", type: "EQUITY" });
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await send(`/api/v1/${path}`, sendJson("POST", body, headers));
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json();
  };
  const entries = (amount: string) => [
    { accountId: account, side: "DEBIT", amount },
    { accountId: contra, side: "CREDIT", amount },
  ];
  const deposit = (amount: string) => posting({ fundId: fund, entries: entries(amount) });
  const transaction = await post("transactions", deposit("100.00"));
  const reserve = { accountId: account, amount: "10.00", contraAccountId: contra };
  const hold = await post("holds", { ...reserve, description: "Reserve" });
  const period = await post("periods", { fundId: fund, to: "2020-12-31" });
  const limit = { fundId: fund, currency: "EUR", amount: "1000" };
  await graph.execute(LimitSampleFundDocument, { input: limit }, headers);
  const waiting = await post("transactions", deposit("5000.00"));
  const webhook = await post("webhooks", { url: "https://hooks.invalid/in", fundIds: [fund] });
  await post(`webhooks/${String(webhook["id"])}/pause`, {});
  const delivery = await post(`webhooks/${String(webhook["id"])}/test`, {});
  return {
    fund,
    account,
    contra,
    transaction: String(transaction["id"]),
    hold: String(hold["id"]),
    period: String(period["id"]),
    proposal: String(waiting["proposalId"]),
    instrument: await importPrices(graph, headers),
    statement: await importStatement(graph, headers, account),
    job: await startVerification(graph, headers, fund),
    webhook: String(webhook["id"]),
    delivery: String(delivery["id"]),
    attachment: await attachFile(graph, headers, String(transaction["id"])),
  };
}

async function openFund(graph: RunningGraph, headers: Headers): Promise<string> {
  const input = { name: "Fund", currency: "EUR" };
  const { openFund: opened } = await graph.execute(OpenSampleFundDocument, { input }, headers);
  return opened.id;
}

async function importStatement(
  graph: RunningGraph,
  headers: Headers,
  accountId: string,
): Promise<string> {
  const content = "Date,Text,Amount\n2026-06-10,Rent,-12.00\n";
  const csv = { date: "Date", description: "Text", amount: "Amount" };
  const input = { accountId, format: "CSV", csv, content } as const;
  const data = await graph.execute(ImportSampleStatementDocument, { input }, headers);
  return data.importStatement.id;
}

async function attachFile(
  graph: RunningGraph,
  headers: Headers,
  transactionId: string,
): Promise<string> {
  const contentBase64 = Buffer.from("a note").toString("base64");
  const input = { transactionId, name: "note.txt", contentBase64 };
  return (await graph.execute(AttachSampleFileDocument, { input }, headers)).attachFile.id;
}

async function startVerification(
  graph: RunningGraph,
  headers: Headers,
  fundId: string,
): Promise<string> {
  const input = { fundId };
  const data = await graph.execute(StartSampleVerificationDocument, { input }, headers);
  return data.startVerification.id;
}

async function openAccount(
  graph: RunningGraph,
  headers: Headers,
  account: { readonly fundId: string; readonly code: string; readonly type: AccountType },
): Promise<string> {
  const input = { ...account, name: account.code };
  const data = await graph.execute(OpenSampleAccountDocument, { input }, headers);
  return data.openAccount.id;
}

async function importPrices(graph: RunningGraph, headers: Headers): Promise<string> {
  const days = Array.from(
    { length: 28 },
    (_, day) => `2026-02-${String(day + 1).padStart(2, "0")}`,
  );
  const content = ["date,close", ...days.map((day, index) => `${day},${100 + index}`)].join("\n");
  const input = { symbol: "SAMPLE", currency: "EUR", content };
  const { importPrices: imported } = await graph.execute(
    ImportSamplePricesDocument,
    { input },
    headers,
  );
  return imported.instrument.id;
}
