import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  answerPage,
  LINK_HEADER,
  nextCursorOf,
  nextPageLink,
  pageOf,
  pageParameters,
} from "../endpoint/page.ts";
import { date, id } from "../endpoint/scalars.ts";
import {
  RestHoldingsOfClassDocument,
  RestHoldingsOfInvestorDocument,
  RestInvestorStatementDocument,
} from "../graph/graph-types.generated.ts";
import { toCsv, type CsvColumn } from "../ledger/csv.ts";
import { holding, order, toHolding, toOrder } from "./order.ts";

const asOf = date("Units of orders dealt up to this day; now when absent.").optional();

/** GET /api/v1/holdings: the register of a class, or what an investor holds. */
export const getHoldings = defineEndpoint({
  method: "GET",
  path: "/api/v1/holdings",
  operations: [RestHoldingsOfClassDocument, RestHoldingsOfInvestorDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getHoldings",
    tag: "Funds",
    summary: "Read the register of a class, or what an investor holds",
    description: "Units by account, now or of orders dealt up to a day.",
    success: {
      200: {
        description: "One page of holdings.",
        schema: pageOf(holding, { id: "HoldingPage", of: "holdings" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["SHARE_CLASS_NOT_FOUND", "INVESTOR_NOT_FOUND"],
  },
  query: z.strictObject({
    classId: id("The share class; this or `investorId`.").optional(),
    investorId: id("The investor; this or `classId`.").optional(),
    asOf,
    ...pageParameters,
  }),
  respond: async ({ query: { classId, investorId, ...rest }, url, execute }) => {
    if ((classId === undefined) === (investorId === undefined)) {
      throw invalidInput("classId", "or investorId must be given, not both");
    }
    if (classId !== undefined) {
      const { shareClass } = await execute(RestHoldingsOfClassDocument, { ...rest, id: classId });
      if (shareClass !== null) return answerPage(url, shareClass.holders, toHolding);
      throw new AppError("SHARE_CLASS_NOT_FOUND", `There is no share class ${classId}.`);
    }
    const of = { ...rest, id: investorId ?? "" };
    const { investor } = await execute(RestHoldingsOfInvestorDocument, of);
    if (investor !== null) return answerPage(url, investor.accounts, toHolding);
    throw new AppError("INVESTOR_NOT_FOUND", `There is no investor ${investorId}.`);
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

type Order = ReturnType<typeof toOrder>;

const columns = (...names: (keyof Order)[]): CsvColumn<Order>[] =>
  names.map((name) => ({
    name,
    cell: (row) => row[name]?.toString() ?? null,
    freeText: name === "reference",
  }));

const COLUMNS = [
  ...columns("dealingDate", "kind", "isin", "state", "dealtUnits", "price", "dealtAmount"),
  ...columns("charge", "currency", "settled", "open", "settlementDate", "reference", "id"),
];

/** GET /api/v1/investors/{id}/statement: holdings and orders, as JSON or the orders as CSV. */
export const getInvestorStatement = defineEndpoint({
  method: "GET",
  path: "/api/v1/investors/:id/statement",
  operations: [RestInvestorStatementDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json", "text/csv"],
  docs: {
    operationId: "getInvestorStatement",
    tag: "Funds",
    summary: "Read the statement of an investor",
    description:
      "Units by class and the orders that led to them; nothing of the person. `Accept: text/csv` gives the page of orders as CSV (RFC 4180); a text that a spreadsheet would run as a formula gets a leading apostrophe.",
    success: {
      200: { description: "The statement.", schema: statement, headers: LINK_HEADER },
    },
    refusals: ["INVESTOR_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The investor.") }),
  query: z.strictObject({ asOf, ...pageParameters }),
  respond: async ({ params, query, url, mediaType, execute }) => {
    const { investor } = await execute(RestInvestorStatementDocument, { ...query, ...params });
    if (investor === null) {
      throw new AppError("INVESTOR_NOT_FOUND", `There is no investor ${params.id}.`);
    }
    const nextCursor = nextCursorOf(investor.orders);
    const orders = investor.orders.nodes.map(toOrder);
    const headers = nextPageLink(url, nextCursor);
    if (mediaType === "text/csv") return { status: 200, headers, body: toCsv(COLUMNS, orders) };
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
