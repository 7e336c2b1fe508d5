import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import { cursor, date, id, integer, money } from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestPredictionsDocument,
  type RestPredictionsQuery,
} from "../graph/graph-types.generated.ts";
import { category, confidence } from "./category.ts";

const suggestion = z.object({
  transactionId: id("The transaction."),
  effectiveDate: date("Its value date."),
  description: z.string().meta({ description: "Its description." }),
  category,
});

const pastCashFlow = z.object({
  transactionId: id("The transaction."),
  date: date("Its value date."),
  amount: money,
});

const expectedCashFlow = z.object({
  date: date("When it is expected next."),
  direction: z.enum(["IN", "OUT"]).meta({ description: "IN: the fund receives; OUT: it pays." }),
  amount: money,
  recurrence: z
    .enum(["WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"])
    .meta({ description: "How often it has repeated." }),
  counterparty: z
    .string()
    .nullable()
    .meta({ description: "The other side; null when the transactions do not name it." }),
  description: z.string().meta({ description: "Description of the latest occurrence." }),
  category: z.object({
    code: z.string().meta({ description: "Code of the category." }),
    name: z.string().meta({ description: "Its name." }),
  }),
  confidence: confidence.meta({ description: "How regular the past occurrences are." }),
  source: z.string().meta({ description: "The method that predicted it." }),
  evidence: z.array(pastCashFlow).meta({ description: "Past occurrences, oldest first." }),
});

const predictions = z
  .object({
    fundId: id("The fund."),
    position: z
      .int()
      .meta({ description: "Position of the book that the predictions are based on." }),
    awaitingReview: z
      .object({
        items: z.array(suggestion),
        nextCursor: z.string().nullable().meta({ description: "Pass as `after` for more." }),
      })
      .meta({ description: "Categories that wait for confirmation, newest first." }),
    expectedCashFlows: z
      .array(expectedCashFlow)
      .meta({ description: "The next occurrence of each regular cash flow, soonest first." }),
  })
  .meta({ id: "Predictions", description: "Categories to confirm and cash flows to expect." });
type Predictions = z.output<typeof predictions>;

/** GET /api/v1/predictions: categories to confirm and cash flows to expect. */
export const getPredictions = defineEndpoint({
  method: "GET",
  path: "/api/v1/predictions",
  operations: [RestPredictionsDocument],
  access: { scopes: ["analytics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getPredictions",
    tag: "Analytics",
    summary: "Read the predictions for a fund",
    description:
      "Categories that wait for a person's confirmation and the next occurrence of each regular cash flow, each with its confidence, source and evidence. Waits briefly for what was just posted.",
    success: { 200: { description: "The predictions.", schema: predictions } },
    refusals: ["FUND_NOT_FOUND", "CONSISTENCY_TIMEOUT"],
  },
  query: z.strictObject({
    fundId: id("The fund."),
    first: integer({ min: 1, max: 200 }, "Categories to confirm on a page.").default(20),
    after: cursor("The `nextCursor` of the page before.").optional(),
  }),
  respond: async ({ query, execute }) => {
    const { fund } = await execute(RestPredictionsDocument, query);
    if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${query.fundId}.`);
    return { status: 200, body: toPredictions(requireField(fund.predictions, "predictions")) };
  },
});

type Data = NonNullable<NonNullable<RestPredictionsQuery["fund"]>["predictions"]>;

const toPredictions = (data: Data): Predictions => ({
  fundId: data.fundId,
  position: data.position,
  awaitingReview: {
    items: data.awaitingReview.nodes.map(({ transaction, category: suggested }) => ({
      transactionId: transaction.id,
      effectiveDate: transaction.effectiveDate,
      description: transaction.description,
      category: suggested,
    })),
    nextCursor: nextCursorOf(data.awaitingReview),
  },
  expectedCashFlows: data.expectedCashFlows.map(({ evidence, ...flow }) => ({
    ...flow,
    evidence: evidence.map(({ transaction, ...past }) => ({
      transactionId: transaction.id,
      ...past,
    })),
  })),
});
