import { newId } from "@allfunds/platform/ids";
import { expect } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { openSmallFund } from "../../ledger-database.fixture.ts";
import { codeOf, dataOf, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import type { BookCommand } from "../model.ts";
import { investor, order } from "../orders/order.fixture.ts";
import { BOND } from "../trades/portfolio.fixture.ts";

export const CALCULATE = `mutation ($input: CalculateNavInput!) {
  calculateNav(input: $input) { id state netAssets { amount } checks { kind severity rows { subject found } } }
}`;
export const PUBLISH = "mutation ($id: ID!) { publishNav(id: $id) { id state decidedBy { id } } }";
export const RATES =
  "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count } }";
const NAVS = `query ($classId: ID!) { shareClass(id: $classId) { navs { nodes { navDate navPerUnit position } } } }`;
export const PRICES =
  "mutation ($input: RecordPricesInput!) { recordPrices(input: $input) { count } }";

interface Series {
  readonly navs: { readonly nodes: readonly { readonly navPerUnit: string | null }[] };
}

export interface Calculated {
  readonly id: string;
  readonly state: string;
  readonly netAssets: { readonly amount: string } | null;
  readonly checks: readonly { readonly kind: string; readonly severity: string }[];
}

/** An administered fund of a tenant of its own, with one investor, and what a test does with it. */
export async function openValuedFund(graph: LedgerGraph) {
  const tenantId = newId();
  const now = new Date("2026-12-01T00:00:00.000Z");
  const ann = signedIn("ann", { overrides: { tenantId, now } });
  const bob = signedIn("bob", { overrides: { tenantId, now } });
  const { fundId } = await openSmallFund(graph.books, ann);
  const give = async (command: BookCommand, bookId = fundId): Promise<void> => {
    await graph.books.execute(ann, { bookId, command, key: undefined, content: null });
  };
  // Ids of classes are the tenant's, so these are not those of another test.
  const [a, b] = [newId(), newId()];
  const ids = new Map([
    [CLASSES.a, a],
    [CLASSES.b, b],
  ]);
  for (const command of administerCommands(fundId)) {
    await give(
      "classId" in command ? { ...command, classId: ids.get(command.classId) ?? a } : command,
    );
  }
  await give({ kind: "RegisterInvestors", investors: [investor(1)] }, tenantBookOf(tenantId));
  const receivedAt = new Date("2026-09-29T08:00:00.000Z");
  const run = async (text: string, input: object): Promise<void> => {
    expect(codeOf(await graph.run(ann, text, { input }))).toBe("ok");
  };
  const calculate = async (navDate: string): Promise<Calculated> =>
    dataOf(await graph.run(ann, CALCULATE, { input: { fundId, navDate } }), "calculateNav");
  return {
    tenantId,
    ann,
    bob,
    fundId,
    a,
    b,
    run,
    calculate,
    subscribe: (classId: string, amount: string) =>
      give({ ...order(1, { fundId, classId, amount, receivedAt }), orderId: newId() }),
    rates: (date: string, rate: string) =>
      run(RATES, { rates: [{ date, base: "EUR", quote: "USD", rate, source: "ECB" }] }),
    publish: async (navDate: string): Promise<string> => {
      const { id } = await calculate(navDate);
      return codeOf(await graph.run(bob, PUBLISH, { id }));
    },
    navs: async (classId: string): Promise<(string | null)[]> => {
      const found = await graph.run(ann, NAVS, { classId });
      return dataOf<Series>(found, "shareClass").navs.nodes.map(({ navPerUnit }) => navPerUnit);
    },
  };
}

export type ValuedFund = Awaited<ReturnType<typeof openValuedFund>>;

/** A price as it is recorded: of the bond in percent. */
export const price = (isin: string, date: string, amount: string, currency: string) => {
  const kind = isin === BOND ? "NOMINAL_PERCENT" : "LAST";
  return { isin, date, price: amount, currency, kind, source: "XETR" };
};
