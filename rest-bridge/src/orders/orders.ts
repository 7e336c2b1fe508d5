import { AppError } from "@allfunds/contract/errors";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { z } from "zod";
import { contractNotePdf, PDF_TYPE } from "./investor-document.ts";
import { defineEndpoint, type Answer } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { amount, date, id } from "../endpoint/scalars.ts";
import { defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestCancelOrderDocument,
  RestInvestorPersonDocument,
  RestOrderDocument,
  RestOrdersDocument,
  RestPlaceOrderDocument,
  RestPlaceOrdersDocument,
} from "../graph/graph-types.generated.ts";
import { description, reference } from "../transactions/posting.ts";
import {
  order,
  ORDER_COLUMNS,
  ORDER_KINDS,
  ORDER_STATES,
  orderLocation,
  toOrder,
} from "./order.ts";

const newOrder = z
  .strictObject({
    id: id("UUID of the order; made by the ledger when absent.").optional(),
    kind: z.enum(ORDER_KINDS).meta({ description: "What is ordered." }),
    classId: id("The share class it is of, or out of."),
    investorId: id("The investor; the giver of a transfer."),
    toClassId: id("Of a SWITCH: the class it goes into.").optional(),
    toInvestorId: id("Of a TRANSFER: who receives the units.").optional(),
    amount: amount("In the class's currency; this or `units`.").optional(),
    units: amount("With the decimals of the class; this or `amount`.").optional(),
    chargeRate: amount("Rate agreed on for this order; the class's when absent.").optional(),
    receivedAt: z.iso.datetime().optional().meta({
      description: "When it was received, in the past; now when absent. Needs investors:write.",
    }),
    reference,
  })
  .meta({
    id: "NewOrder",
    description: "An order of an investor; an amount or units.",
    examples: [
      {
        kind: "SUBSCRIPTION",
        classId: "018f6b7e-0000-7000-8000-00000000c10a",
        investorId: "018f6b7e-0000-7000-8000-000000001510",
        amount: "50000.00",
      },
    ],
  });

const newOrders = z
  .strictObject({
    orders: z.array(newOrder).min(1).max(1_000).meta({ description: "The orders." }),
    mode: z
      .enum(["ATOMIC", "INDEPENDENT"])
      .default("ATOMIC")
      .meta({ description: "ATOMIC places all or none, INDEPENDENT what it can." }),
  })
  .meta({ id: "NewOrders", description: "Orders to place together." });

const orderResults = z
  .object({
    results: z
      .array(
        z.object({
          index: z.int().meta({ description: "Place in the request, from 0." }),
          order: order.nullable(),
          error: z.object({ code: z.string(), message: z.string() }).nullable(),
        }),
      )
      .meta({ description: "One for each order, in order." }),
  })
  .meta({ id: "OrderResults", description: "What became of the orders of a bulk." });

const REFUSALS = [
  "INVALID_AMOUNT",
  "SHARE_CLASS_NOT_FOUND",
  "INVESTOR_NOT_FOUND",
  "ALREADY_EXISTS",
  "IDEMPOTENCY_CONFLICT",
  "KYC_REQUIRED",
  "CLASS_NOT_OPEN",
  "BELOW_MINIMUM",
  "INSUFFICIENT_UNITS",
] as const;

const isBulk = (sent: unknown): boolean =>
  typeof sent === "object" && sent !== null && "orders" in sent;

/** POST /api/v1/orders: one order, or many at once. */
export const postOrders = defineEndpoint({
  method: "POST",
  path: "/api/v1/orders",
  operations: [RestPlaceOrderDocument, RestPlaceOrdersDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "placeOrders",
    tag: "Funds",
    summary: "Place one order, or many",
    description:
      "Fixes the dealing date from receipt, cut-off, zone and calendar, checks the gates and reserves units. With `orders`, places many: an ATOMIC bulk with a refusal is refused as a whole, an INDEPENDENT one answers 207 with a result for each.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "Placed: the order, or the results of a bulk.",
        schema: z.union([order, orderResults]),
        headers: { Location: "Where the order can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
      207: { description: "An INDEPENDENT bulk with refusals.", schema: orderResults },
    },
    refusals: [...REFUSALS, "BULK_REFUSED"],
  },
  body: z.union([newOrder, newOrders]),
  chooseBody: (sent) => (isBulk(sent) ? newOrders : newOrder),
  respond: async ({ body, context, execute }): Promise<Answer> => {
    if (!("orders" in body)) {
      const input = { ...body, idempotencyKey: context.idempotencyKey };
      const { placeOrder } = await execute(RestPlaceOrderDocument, { input });
      const headers = {
        location: orderLocation(placeOrder.id),
        ...idempotencyHit(placeOrder.replayed),
      };
      return { status: 201, body: toOrder(placeOrder), headers };
    }
    // The ledger derives one key per order from the key of the request.
    const { placeOrders } = await execute(RestPlaceOrdersDocument, { input: body });
    const { results, refused } = placeOrders;
    if (refused > 0 && body.mode === "ATOMIC") throw atomicRefusal(results);
    const items = results.map(({ index, order: placed, error }) => ({
      index,
      order: placed === null ? null : toOrder(placed),
      error,
    }));
    return { status: refused > 0 ? 207 : 201, body: { results: items } };
  },
});

/** An ATOMIC bulk is refused for the first order that would have been refused by itself. */
function atomicRefusal(
  results: readonly {
    readonly index: number;
    readonly error: { code: string; message: string } | null;
  }[],
): AppError {
  const own = results.filter(({ error }) => error !== null && error.code !== "BULK_REFUSED");
  const violations = own.map(({ index, error }) => ({
    path: `orders.${index}`,
    message: `${error?.code}: ${error?.message}`,
  }));
  return new AppError("BULK_REFUSED", "No order was placed, because some were refused.", {
    violations,
  });
}

/** GET /api/v1/orders: the orders of a fund. */
export const getOrders = defineTable({
  path: "/api/v1/orders",
  operations: [RestOrdersDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getOrders",
    tag: "Funds",
    summary: "Read the orders of a fund",
    description: `The fund's orders, the last received first. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND", "SHARE_CLASS_NOT_FOUND", "INVESTOR_NOT_FOUND"],
  },
  item: order,
  page: { id: "OrderPage", of: "orders" },
  columns: ORDER_COLUMNS,
  parameters: {
    fundId: id("The fund."),
    classId: id("Only orders of this class.").optional(),
    investorId: id("Only orders of this investor.").optional(),
    state: z.enum(ORDER_STATES).optional().meta({ description: "Only orders in this state." }),
    dealingDate: date("Only orders of this dealing date.").optional(),
  },
  toItem: toOrder,
  read: async (query, execute) => {
    const { fund } = await execute(RestOrdersDocument, query);
    return requireFound(fund, "FUND_NOT_FOUND", query.fundId).orders;
  },
});

/** GET /api/v1/orders/{id}: the Location of a placed order; as PDF or CSV its contract note. */
export const getOrder = defineEndpoint({
  method: "GET",
  path: "/api/v1/orders/:id",
  operations: [RestOrderDocument, RestInvestorPersonDocument],
  access: { scopes: ["ledger:read"], or: [["ledger:read", "investors:read"]] },
  produces: ["application/json", "text/csv", PDF_TYPE],
  docs: {
    operationId: "getOrder",
    tag: "Funds",
    summary: "Read one order, or its contract note",
    description:
      "The order as it is now, in JSON or as one line of CSV. `Accept: application/pdf` gives the contract note of an order that was dealt, with name and address for callers with investors:read.",
    success: { 200: { description: "The order.", schema: order } },
    refusals: ["ORDER_NOT_FOUND", "ORDER_STATE"],
  },
  params: z.strictObject({ id: id("The order.") }),
  respond: async ({ params, mediaType, context, execute }): Promise<Answer> => {
    const data = await execute(RestOrderDocument, params);
    const found = requireFound(data.order, "ORDER_NOT_FOUND", params.id);
    const read = toOrder(found);
    if (mediaType === "text/csv") return { status: 200, body: toCsv(ORDER_COLUMNS, [read]) };
    if (mediaType !== PDF_TYPE) return { status: 200, body: read };
    if (read.price === null) {
      throw new AppError(
        "ORDER_STATE",
        "Only an order that was dealt at a NAV has a contract note.",
      );
    }
    const body = await contractNotePdf(read, found.investor.reference, execute, context);
    return { status: 200, body };
  },
});

const cancellation = z.strictObject({ reason: description("Why.") }).meta({
  id: "OrderCancellation",
  description: "Why an order is taken back.",
  examples: [{ reason: "Placed twice" }],
});

/** POST /api/v1/orders/{id}/cancel: takes an order back before its cut-off. */
export const postOrderCancel = defineEndpoint({
  method: "POST",
  path: "/api/v1/orders/:id/cancel",
  operations: [RestCancelOrderDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "cancelOrder",
    tag: "Funds",
    summary: "Take an order back",
    description: "Until its cut-off; of a switch both legs. The units it reserved are free again.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: { description: "The order, cancelled.", schema: order, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["ORDER_NOT_FOUND", "ORDER_STATE", "CUT_OFF_PASSED", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The order.") }),
  body: cancellation,
  respond: async ({ params, body, context, execute }) => {
    const input = { orderId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { cancelOrder } = await execute(RestCancelOrderDocument, { input });
    return {
      status: 200,
      body: toOrder(cancelOrder),
      headers: idempotencyHit(cancelOrder.replayed),
    };
  },
});
