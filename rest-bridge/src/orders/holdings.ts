import { invalidInput } from "@allfunds/contract/errors";
import type { Column } from "@allfunds/platform/sheets/cell";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { z } from "zod";
import { PDF_TYPE, statementPdf } from "./investor-document.ts";
import { defineEndpoint, type Answer, type Execute } from "../endpoint/endpoint.ts";
import { LINK_HEADER, nextCursorOf, nextPageLink, pageParameters } from "../endpoint/page.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { date, id } from "../endpoint/scalars.ts";
import { defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestHoldingsOfClassDocument,
  RestHoldingsOfInvestorDocument,
  RestInvestorPersonDocument,
  RestInvestorStatementDocument,
  RestStatementHoldingsDocument,
  type RestInvestorStatementQuery,
} from "../graph/graph-types.generated.ts";
import { holding, HOLDING_COLUMNS, order, toHolding, toOrder, type Order } from "./order.ts";

const asOf = date("Units of orders dealt up to this day; now when absent.").optional();

/** GET /api/v1/holdings: the register of a class, or what an investor holds. */
export const getHoldings = defineTable({
  path: "/api/v1/holdings",
  operations: [RestHoldingsOfClassDocument, RestHoldingsOfInvestorDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getHoldings",
    tag: "Funds",
    summary: "Read the register of a class, or what an investor holds",
    description: `Units by account, now or of orders dealt up to a day. ${TABLE_DOCS}`,
    refusals: ["SHARE_CLASS_NOT_FOUND", "INVESTOR_NOT_FOUND"],
  },
  item: holding,
  page: { id: "HoldingPage", of: "holdings" },
  columns: HOLDING_COLUMNS,
  parameters: {
    classId: id("The share class; this or `investorId`.").optional(),
    investorId: id("The investor; this or `classId`.").optional(),
    asOf,
  },
  toItem: toHolding,
  read: async ({ classId, investorId, ...rest }, execute) => {
    if ((classId === undefined) === (investorId === undefined)) {
      throw invalidInput("classId", "or investorId must be given, not both");
    }
    if (classId !== undefined) {
      const read = await execute(RestHoldingsOfClassDocument, { ...rest, id: classId });
      return requireFound(read.shareClass, "SHARE_CLASS_NOT_FOUND", classId).holders;
    }
    const id = investorId ?? "";
    const { investor } = await execute(RestHoldingsOfInvestorDocument, { ...rest, id });
    return requireFound(investor, "INVESTOR_NOT_FOUND", id).accounts;
  },
});

const statement = z
  .object({
    investorId: id("The investor."),
    reference: z.string().meta({ description: "Reference of the investor." }),
    holdings: z.array(holding).meta({ description: "Units by class." }),
    orders: z.array(order).meta({ description: "Orders, the last received first." }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "Pass as `after` for the next page of orders; null on the last one." }),
  })
  .meta({ id: "InvestorStatement", description: "What an investor holds and ordered." });

const columns = (kind: Column<Order>["kind"], ...names: (keyof Order)[]): Column<Order>[] =>
  names.map((name) => ({
    name,
    cell: (row) => row[name]?.toString() ?? null,
    kind: kind ?? "text",
  }));

const COLUMNS = [
  ...columns("date", "dealingDate"),
  ...columns("text", "kind", "isin", "state"),
  ...columns("amount", "dealtUnits", "price", "dealtAmount", "charge"),
  ...columns("text", "currency"),
  ...columns("amount", "settled", "open"),
  ...columns("date", "settlementDate"),
  ...columns("text", "reference", "id"),
];

/** GET /api/v1/investors/{id}/statement: holdings and orders, as JSON or PDF, or the orders as CSV. */
export const getInvestorStatement = defineEndpoint({
  method: "GET",
  path: "/api/v1/investors/:id/statement",
  operations: [
    RestInvestorStatementDocument,
    RestStatementHoldingsDocument,
    RestInvestorPersonDocument,
  ],
  access: { scopes: ["ledger:read"], or: [["ledger:read", "investors:read"]] },
  produces: ["application/json", "text/csv", PDF_TYPE],
  docs: {
    operationId: "getInvestorStatement",
    tag: "Funds",
    summary: "Read the statement of an investor",
    description:
      "Units by class and the orders that led to them; nothing of the person. `Accept: application/pdf` gives a document with every order and the value at the last NAV, with name and address for callers with investors:read. `Accept: text/csv` gives the page of orders as CSV (RFC 4180); a text that a spreadsheet would run as a formula gets a leading apostrophe.",
    success: {
      200: { description: "The statement.", schema: statement, headers: LINK_HEADER },
    },
    refusals: ["INVESTOR_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The investor.") }),
  query: z.strictObject({ asOf, ...pageParameters }),
  respond: async ({ params, query, url, mediaType, context, execute }): Promise<Answer> => {
    const data = await execute(RestInvestorStatementDocument, { ...query, ...params });
    const investor = requireFound(data.investor, "INVESTOR_NOT_FOUND", params.id);
    const nextCursor = nextCursorOf(investor.orders);
    const orders = investor.orders.nodes.map(toOrder);
    const headers = nextPageLink(url, nextCursor);
    if (mediaType === "text/csv") return { status: 200, headers, body: toCsv(COLUMNS, orders) };
    if (mediaType === PDF_TYPE) {
      const all = await everyOrder(investor, { ...query, ...params }, execute);
      const of = { id: investor.id, reference: investor.reference, asOf: query.asOf };
      return { status: 200, body: await statementPdf(of, all, execute, context) };
    }
    const holdings = investor.accounts.nodes.map(toHolding);
    const body = {
      investorId: investor.id,
      reference: investor.reference,
      holdings,
      orders,
      nextCursor,
    };
    return { status: 200, headers, body };
  },
});

type Investor = NonNullable<RestInvestorStatementQuery["investor"]>;

/** The orders of the first page and all behind it. */
async function everyOrder(
  first: Investor,
  wanted: { readonly id: string; readonly first: number },
  execute: Execute,
): Promise<Order[]> {
  const orders: Order[] = [];
  for (let page: Investor | null = first; page !== null;) {
    orders.push(...page.orders.nodes.map(toOrder));
    const after = nextCursorOf(page.orders);
    if (after === null) return orders;
    page = (await execute(RestInvestorStatementDocument, { ...wanted, after })).investor;
  }
  return orders;
}
