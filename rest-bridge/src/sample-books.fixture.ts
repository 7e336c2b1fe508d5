import { posting, sendJson, type Ask } from "./bridge.fixture.ts";
import type { RunningGraph } from "./running-graph.fixture.ts";

/** One id of every kind a path, parameter or body of the bridge can name. */
export interface Ids {
  readonly fund: string;
  readonly account: string;
  readonly contra: string;
  readonly transaction: string;
  readonly hold: string;
  readonly period: string;
  readonly proposal: string;
  readonly instrument: string;
}

type Headers = Readonly<Record<string, string>>;

/** Opens a fund with something of every kind in it, over the public doors. */
export async function openSampleBooks(
  graph: RunningGraph,
  ask: Ask,
  headers: Headers,
): Promise<Ids> {
  const fund = await openFund(graph, headers);
  const account = await openAccount(graph, headers, { fundId: fund, code: "1000", type: "ASSET" });
  const contra = await openAccount(graph, headers, { fundId: fund, code: "3000", type: "EQUITY" });
  const posted = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await ask(`/api/v1/${path}`, sendJson("POST", body, headers));
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json();
  };
  const entries = (amount: string) => [
    { accountId: account, side: "DEBIT", amount },
    { accountId: contra, side: "CREDIT", amount },
  ];
  const deposit = (amount: string) => posting({ fundId: fund, entries: entries(amount) });
  const transaction = await posted("transactions", deposit("100.00"));
  const reserve = { accountId: account, amount: "10.00", contraAccountId: contra };
  const hold = await posted("holds", { ...reserve, description: "Reserve" });
  const period = await posted("periods", { fundId: fund, to: "2020-12-31" });
  await graph.ask(LIMIT, { input: { fundId: fund, currency: "EUR", amount: "1000" } }, headers);
  const waiting = await posted("transactions", deposit("5000.00"));
  return {
    fund,
    account,
    contra,
    transaction: String(transaction["id"]),
    hold: String(hold["id"]),
    period: String(period["id"]),
    proposal: String(waiting["proposalId"]),
    instrument: await importPrices(graph, headers),
  };
}

const LIMIT =
  "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { currency } }";

async function openFund(graph: RunningGraph, headers: Headers): Promise<string> {
  const open = "mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }";
  const input = { name: "Fund", currency: "EUR" };
  return (await graph.ask<{ openFund: { id: string } }>(open, { input }, headers)).openFund.id;
}

async function openAccount(
  graph: RunningGraph,
  headers: Headers,
  said: { readonly fundId: string; readonly code: string; readonly type: string },
): Promise<string> {
  const open = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
  const input = { ...said, name: said.code };
  const data = await graph.ask<{ openAccount: { id: string } }>(open, { input }, headers);
  return data.openAccount.id;
}

async function importPrices(graph: RunningGraph, headers: Headers): Promise<string> {
  const load =
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }";
  const days = Array.from(
    { length: 28 },
    (_, day) => `2026-02-${String(day + 1).padStart(2, "0")}`,
  );
  const content = ["date,close", ...days.map((day, index) => `${day},${100 + index}`)].join("\n");
  const input = { symbol: "SAMPLE", currency: "EUR", content };
  const data = await graph.ask<{ importPrices: { instrument: { id: string } } }>(
    load,
    { input },
    headers,
  );
  return data.importPrices.instrument.id;
}
