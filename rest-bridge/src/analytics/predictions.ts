import { invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import { exactlyOne } from "../endpoint/read-input.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { cursor, date, id, integer, money } from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestDirectionDocument,
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

const HORIZONS = ["DAY", "WEEK", "MONTH"] as const;
const CALENDARS = [
  "TARGET2",
  "CH",
  "DE",
  "ES",
  "FR",
  "GB",
  "IE",
  "IL",
  "LU",
  "US",
  "WEEKENDS",
] as const;

const amountChange = z.object({
  from: money,
  to: money,
  percent: z.number().meta({ description: "The change in percent of the amount before." }),
  message: z.string().meta({ description: "As a sentence: `price rose 30 %`." }),
  since: date("Date of the first payment of the new amount."),
});

const expectedCashFlow = z.object({
  id: z.string().meta({ description: "Id of the series." }),
  state: z.enum(["EXPECTED", "OVERDUE", "MISSED", "STOPPED"]).meta({
    description:
      "EXPECTED: the next payment is to come. OVERDUE: one date has passed without it. MISSED: two have.",
  }),
  date: date("The next date, never in the past."),
  earliestDate: date("Earliest day, by how early payments of the series came."),
  latestDate: date("Latest day, by how late they came."),
  overdueSince: date("The first date that passed without its payment.").nullable(),
  missed: z.int().meta({ description: "Dates that have passed without a payment." }),
  direction: z.enum(["IN", "OUT"]).meta({ description: "IN: the fund receives; OUT: it pays." }),
  amount: money,
  lowAmount: money,
  highAmount: money,
  growthPercent: z
    .number()
    .nullable()
    .meta({ description: "Growth of the amount per period in percent; null without a trend." }),
  amountChange: amountChange
    .nullable()
    .meta({ description: "The latest lasting change of the amount, if there was one." }),
  recurrence: z
    .enum([
      "WEEKLY",
      "BIWEEKLY",
      "FOUR_WEEKLY",
      "DAYS",
      "SEMI_MONTHLY",
      "MONTH_DAYS",
      "MONTHLY",
      "BIMONTHLY",
      "QUARTERLY",
      "HALF_YEARLY",
      "YEARLY",
    ])
    .meta({
      description:
        "How often it has repeated; DAYS: every so many other days; MONTH_DAYS: on three or four days of each month.",
    }),
  everyDays: z
    .int()
    .nullable()
    .meta({ description: "Days from one date to the next; null where it follows the months." }),
  rule: z.string().meta({ description: "The rule its dates follow, as a phrase." }),
  calendar: z.enum(CALENDARS).meta({ description: "Calendar of the business days in the rule." }),
  counterparty: z
    .string()
    .nullable()
    .meta({ description: "The other side; null when the transactions do not name it." }),
  description: z.string().meta({ description: "Description of the latest occurrence." }),
  category: z.object({
    code: z.string().meta({ description: "Code of the category." }),
    name: z.string().meta({ description: "Its name." }),
  }),
  confidence: confidence.meta({ description: "Share of back-tested predictions that were right." }),
  backTest: z
    .object({
      tests: z.int().meta({ description: "Past payments that were predicted, at most 12." }),
      hits: z.int().meta({ description: "Of those, right ones." }),
    })
    .meta({ description: "What the confidence rests on." }),
  source: z.string().meta({ description: "The method that predicted it." }),
  evidence: z
    .array(pastCashFlow)
    .meta({ description: "The latest past occurrences, oldest first: as many as `evidence`." }),
});

const share = (description: string) => z.number().min(0).max(1).meta({ description });

const direction = z
  .object({
    horizon: z.enum(HORIZONS).meta({ description: "How far ahead." }),
    asOf: date("Day of the latest price.").nullable(),
    verdict: z.enum(["EDGE", "NO_EDGE", "UNAVAILABLE"]).meta({
      description:
        "EDGE: the back-test was better than the base rate by a margin. NO_EDGE: it was not. UNAVAILABLE: too few prices.",
    }),
    probability: share("That the price is higher at the horizon; null without an edge.").nullable(),
    baseRate: share("Share of past horizons that ended higher.").nullable(),
    message: z.string().meta({ description: "One sentence for a person." }),
    method: z.string().meta({ description: "The method." }),
    backTest: z
      .object({
        folds: z.int().meta({ description: "Folds of the walk forward." }),
        predictions: z.int().meta({ description: "Days predicted." }),
        brier: z.number().meta({ description: "Brier score; a coin has 0.25." }),
        brierBaseRate: z.number().meta({ description: "Brier score of the base rate." }),
        gain: z.number().meta({ description: "The difference of the two." }),
        gainError: z.number().meta({ description: "Its standard error." }),
        logLoss: z.number().meta({ description: "Mean logarithmic loss in nats." }),
        logLossBaseRate: z.number().meta({ description: "The same of the base rate." }),
        accuracy: share("Share of predictions on the right side of one half."),
        accuracyBaseRate: share("The same of the base rate."),
        calibrationError: share("Mean distance of probabilities from the share of rises."),
      })
      .nullable(),
  })
  .meta({ id: "MarketDirection", description: "Whether a price will be higher after a horizon." });

const fundPredictions = z
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
      .meta({ description: "The next payment of each series that repeats, soonest first." }),
  })
  .meta({ id: "Predictions", description: "Categories to confirm and cash flows to expect." });
type FundPredictions = z.output<typeof fundPredictions>;

const instrumentPredictions = z
  .object({ instrumentId: id("The instrument."), direction })
  .meta({ id: "InstrumentPredictions", description: "Where the price of an instrument may go." });

const predictions = z.union([fundPredictions, instrumentPredictions]);

/** GET /api/v1/predictions: categories to confirm and cash flows to expect. */
export const getPredictions = defineEndpoint({
  method: "GET",
  path: "/api/v1/predictions",
  operations: [RestPredictionsDocument, RestDirectionDocument],
  access: {
    scopes: ["analytics:read", "ledger:read"],
    or: [["analytics:read", "metrics:read"]],
  },
  produces: ["application/json"],
  docs: {
    operationId: "getPredictions",
    tag: "Analytics",
    summary: "Read the predictions for a fund or an instrument",
    description:
      "Give exactly one of fundId and instrumentId; horizon only with instrumentId, which also needs metrics:read, and everything else only with fundId. Of a fund: categories that wait for a person's confirmation and the next payment of each series that repeats, with its state today, intervals, confidence, source and evidence. Waits briefly for what was just posted. Of an instrument: the chance that its price is higher after the horizon, or that there is no edge.",
    success: { 200: { description: "The predictions.", schema: predictions } },
    refusals: ["FUND_NOT_FOUND", "INSTRUMENT_NOT_FOUND", "CONSISTENCY_TIMEOUT"],
  },
  query: z.strictObject({
    fundId: id("The fund.").optional(),
    instrumentId: id("The instrument.").optional(),
    horizon: z
      .enum(HORIZONS)
      .meta({ description: "Only with instrumentId: how far ahead; WEEK when absent." })
      .optional(),
    first: integer({ min: 1, max: 200 }, "Categories to confirm on a page.").default(20),
    after: cursor("The `nextCursor` of the page before.").optional(),
    asOf: date("Cash flows as seen on this day; today by default.").optional(),
    calendar: z
      .enum(CALENDARS)
      .meta({ description: "Calendar of business days; that of each currency by default." })
      .optional(),
    evidence: integer(
      { min: 0, max: 6 },
      "Past occurrences to show with each expected cash flow.",
    ).default(3),
  }),
  respond: async ({ query, execute }) => {
    const { fundId: _fund, instrumentId: _instrument, horizon, ...ofFund } = query;
    const chosen = exactlyOne(query, ["fundId", "instrumentId"]);
    if (chosen.name === "instrumentId") {
      const variables = { instrumentId: chosen.id, horizon: horizon ?? "WEEK" };
      const { instrument } = await execute(RestDirectionDocument, variables);
      const { direction } = requireFound(instrument, "INSTRUMENT_NOT_FOUND", chosen.id);
      const found = requireField(direction, "direction");
      return { status: 200, body: { instrumentId: chosen.id, direction: found } };
    }
    if (horizon !== undefined) throw invalidInput("horizon", "is only for an instrument");
    const { fund } = await execute(RestPredictionsDocument, { fundId: chosen.id, ...ofFund });
    const { predictions } = requireFound(fund, "FUND_NOT_FOUND", chosen.id);
    return { status: 200, body: toPredictions(requireField(predictions, "predictions")) };
  },
});

type Data = NonNullable<NonNullable<RestPredictionsQuery["fund"]>["predictions"]>;

const toPredictions = (data: Data): FundPredictions => ({
  fundId: data.fundId,
  position: data.position,
  awaitingReview: {
    items: data.awaitingReview.nodes.map(
      ({ transaction, date: day, description, category: suggested }) => ({
        transactionId: transaction.id,
        effectiveDate: day,
        description,
        category: suggested,
      }),
    ),
    nextCursor: nextCursorOf(data.awaitingReview),
  },
  expectedCashFlows: data.expectedCashFlows.map(toExpectedCashFlow),
});

/** Amounts of a series have one currency, which is read once. */
function toExpectedCashFlow({
  lowAmount,
  highAmount,
  amountChange: change,
  evidence,
  ...flow
}: Data["expectedCashFlows"][number]): z.output<typeof expectedCashFlow> {
  const { currency } = flow.amount;
  const money = ({ amount }: { readonly amount: string }) => ({ amount, currency });
  return {
    ...flow,
    lowAmount: money(lowAmount),
    highAmount: money(highAmount),
    amountChange: change && { ...change, from: money(change.from), to: money(change.to) },
    evidence: evidence.map(({ transaction, date: day, amount }) => ({
      transactionId: transaction.id,
      date: day,
      amount: money(amount),
    })),
  };
}
