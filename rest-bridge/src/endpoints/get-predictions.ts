import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { category, CATEGORY_FIELDS, confidence } from "../shapes/category.ts";
import { nextCursorOf, type ConnectionData } from "../shapes/page.ts";
import { cursor, date, id, integer, money } from "../shapes/scalars.ts";

const PREDICTIONS = operation(/* GraphQL */ `
  query RestPredictions($fundId: ID!, $first: Int!, $after: Cursor) {
    fund(id: $fundId) {
      predictions {
        fundId
        position
        awaitingReview(first: $first, after: $after) {
          nodes {
            transaction {
              id
              effectiveDate
              description
            }
            category {
              ...CategoryFields
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
        expectedCashFlows {
          date
          direction
          amount {
            amount
            currency
          }
          recurrence
          counterparty
          description
          category {
            code
            name
          }
          confidence
          source
          evidence {
            transaction {
              id
            }
            date
            amount {
              amount
              currency
            }
          }
        }
      }
    }
  }
  ${CATEGORY_FIELDS}
`);

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
  counterparty: z.string().nullable().meta({ description: "The other side, if known." }),
  description: z.string().meta({ description: "Description of the latest occurrence." }),
  category: z.object({
    code: z.string().meta({ description: "Code of the category." }),
    name: z.string().meta({ description: "Its name." }),
  }),
  confidence: confidence.meta({ description: "How regular it has been." }),
  source: z.string().meta({ description: "The method behind the expectation." }),
  evidence: z.array(pastCashFlow).meta({ description: "Past occurrences, oldest first." }),
});

const predictions = z
  .object({
    fundId: id("The fund."),
    position: z.int().meta({ description: "Position of the book the predictions rest on." }),
    awaitingReview: z
      .object({
        items: z.array(suggestion),
        nextCursor: z.string().nullable().meta({ description: "Pass as `after` for more." }),
      })
      .meta({ description: "Categories that wait for a person, newest first." }),
    expectedCashFlows: z
      .array(expectedCashFlow)
      .meta({ description: "The next occurrence of each regular cash flow, soonest first." }),
  })
  .meta({ id: "Predictions", description: "What analytics expects for a fund." });
type Predictions = z.output<typeof predictions>;

interface PredictionsData {
  readonly fund: {
    readonly predictions: Pick<Predictions, "fundId" | "position"> & {
      readonly awaitingReview: ConnectionData<{
        readonly transaction: Pick<z.output<typeof suggestion>, "effectiveDate" | "description"> & {
          readonly id: string;
        };
        readonly category: z.output<typeof category>;
      }>;
      readonly expectedCashFlows: readonly (Omit<z.output<typeof expectedCashFlow>, "evidence"> & {
        readonly evidence: readonly (Omit<z.output<typeof pastCashFlow>, "transactionId"> & {
          readonly transaction: { readonly id: string };
        })[];
      })[];
    };
  } | null;
}

/** GET /api/v1/predictions: categories to confirm and cash flows to expect. */
export const getPredictions = defineEndpoint({
  method: "GET",
  path: "/api/v1/predictions",
  operations: [PREDICTIONS],
  access: { scopes: ["analytics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getPredictions",
    tag: "Analytics",
    summary: "What is expected of a fund",
    description:
      "Categories that wait for a person's confirmation and the next occurrence of each regular cash flow, each with its confidence, source and evidence. Waits a moment for what was just posted.",
    success: { 200: { description: "The predictions.", schema: predictions } },
    refusals: ["FUND_NOT_FOUND", "CONSISTENCY_TIMEOUT"],
  },
  query: z.strictObject({
    fundId: id("The fund."),
    first: integer({ min: 1, max: 200 }, "Categories to confirm on a page.").default(20),
    after: cursor("Where the page before ended: its `nextCursor`.").optional(),
  }),
  respond: async ({ query, execute }) => {
    const { fund } = await execute<PredictionsData>(PREDICTIONS, query);
    if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${query.fundId}.`);
    return { status: 200, body: toPredictions(fund.predictions) };
  },
});

type Data = NonNullable<PredictionsData["fund"]>["predictions"];

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
