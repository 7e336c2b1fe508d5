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
  type RestInvestorStatementQuery,
} from "../graph/graph-types.generated.ts";
import {
  orderNote,
  statementHolding,
  statementNotes,
  toStatementHolding,
} from "./investor-statement.ts";
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

const note = z
  .string()
  .nullable()
  .meta({ description: "Why it moved no units, as a sentence; null once it is dealt." });

const statement = z
  .object({
    investorId: id("The investor."),
    reference: z.string().meta({ description: "Reference of the investor." }),
    holdings: z.array(statementHolding).meta({ description: "Units by class." }),
    orders: z
      .array(
        order
          .extend({ note })
          .meta({ id: "StatementOrder", description: "An order on a statement." }),
      )
      .meta({ description: "Orders, the last received first." }),
    notes: z.array(z.string()).meta({
      description: "Whether units are held, and orders were placed or wait, as sentences.",
    }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "Pass as `after` for the next page of orders; null on the last one." }),
  })
  .meta({ id: "InvestorStatement", description: "What an investor holds and ordered." });

/** A row of the CSV: an order, or a class of which none was placed. */
type StatementRow = Partial<Order> & {
  readonly unitsHeld?: string | undefined;
  readonly note: string | null;
};

const columns = (
  kind: Column<StatementRow>["kind"],
  ...names: (keyof StatementRow)[]
): Column<StatementRow>[] =>
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
  ...columns("amount", "unitsHeld"),
  ...columns("text", "note"),
];

/** Each order with what is held of its class; what is held when there is none; and a line when there is neither. */
function statementRows({
  holdings,
  orders,
  notes,
}: Pick<z.output<typeof statement>, "holdings" | "orders" | "notes">): StatementRow[] {
  const held = new Map(holdings.map(({ classId, units }) => [classId, units]));
  const ordered = new Set(orders.map(({ classId }) => classId));
  const others = holdings
    .filter(({ classId }) => !ordered.has(classId))
    .map(({ isin, currency, units, note: why }) => ({
      isin,
      currency,
      unitsHeld: units,
      note: why,
    }));
  const rows: StatementRow[] = [
    ...orders.map((row) => ({ ...row, unitsHeld: held.get(row.classId) })),
    ...others,
  ];
  return rows.length > 0 ? rows : [{ note: notes.join(" ") }];
}

/** GET /api/v1/investors/{id}/statement: holdings and orders, as JSON or PDF, or the orders as CSV. */
export const getInvestorStatement = defineEndpoint({
  method: "GET",
  path: "/api/v1/investors/:id/statement",
  operations: [RestInvestorStatementDocument, RestInvestorPersonDocument],
  access: { scopes: ["ledger:read"], or: [["ledger:read", "investors:read"]] },
  produces: ["application/json", "text/csv", PDF_TYPE],
  docs: {
    operationId: "getInvestorStatement",
    tag: "Funds",
    summary: "Read the statement of an investor",
    description:
      "Units by class with their value at the last NAV, and the orders that led to them or why they did not; nothing of the person. `Accept: application/pdf` gives a document with every order, with name and address for callers with investors:read. `Accept: text/csv` gives the page of orders as CSV (RFC 4180) with the units held of each class, also of those without an order; a text that a spreadsheet would run as a formula gets a leading apostrophe.",
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
    const headers = nextPageLink(url, nextCursor);
    const holdings = investor.accounts.nodes.map(toStatementHolding);
    if (mediaType === PDF_TYPE) {
      const all = await everyOrder(investor, { ...query, ...params }, execute);
      const of = { id: investor.id, reference: investor.reference, asOf: query.asOf, holdings };
      return { status: 200, body: await statementPdf(of, all, execute, context) };
    }
    const shown = investor.orders.nodes.map(toOrder);
    const orders = shown.map((each) => ({ ...each, note: orderNote(each) }));
    const notes = query.after === undefined ? statementNotes(holdings, shown) : [];
    if (mediaType === "text/csv") {
      // What is held stands on the first page.
      const own =
        query.after === undefined ? { holdings, orders, notes } : { holdings: [], orders, notes };
      return { status: 200, headers, body: toCsv(COLUMNS, statementRows(own)) };
    }
    const { id: investorId, reference } = investor;
    return {
      status: 200,
      headers,
      body: { investorId, reference, holdings, orders, notes, nextCursor },
    };
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
