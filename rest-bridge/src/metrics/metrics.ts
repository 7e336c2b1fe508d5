import { AppError, invalidInput, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { exactlyOne, given } from "../endpoint/read-input.ts";
import {
  currency,
  date,
  flag,
  id,
  listOf,
  money,
  number,
  priceInterval,
} from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestAccountMetricsDocument,
  RestAccountPerformanceDocument,
  RestFundMetricsDocument,
  RestFundPerformanceDocument,
  RestInstrumentMetricsDocument,
  type GraphOperation,
  type RestAccountMetricsQuery,
  type RestAccountPerformanceQuery,
  type RestFundMetricsQuery,
  type RestFundPerformanceQuery,
  type RestInstrumentMetricsQuery,
  type RestInstrumentMetricsQueryVariables,
} from "../graph/graph-types.generated.ts";
import { METRIC_NAMES } from "./metric-names.ts";

export const metric = z
  .object({
    name: z.string().meta({ description: "Stable name, such as netAssetValue." }),
    value: z.number().nullable().meta({ description: "The value, unless it is money." }),
    money: money.nullable().meta({ description: "The value when it is money." }),
    unit: z
      .enum(["MONEY", "RATIO", "PERCENT", "COUNT", "MONTHS"])
      .meta({ description: "Unit of the value. RATIO: 0.25 is 25 %; MONTHS are of 30 days." }),
    asOf: date("The last day that it takes into account."),
    method: z.string().meta({ description: "How it is defined." }),
    inputs: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .meta({ description: "What it was computed from." }),
    unavailable: z
      .string()
      .nullable()
      .meta({ description: "Why there is no value; then value and money are null." }),
  })
  .meta({ id: "Metric", description: "A metric with its date, method and inputs." });

const metrics = z
  .object({
    fundId: id("The fund, when the request names one.").optional(),
    accountId: id("The account, when the request names one.").optional(),
    instrumentId: id("The instrument, when the request names one.").optional(),
    asOf: date("The day that the metrics are of; null when there is no data at all.").nullable(),
    position: z
      .int()
      .nullable()
      .meta({ description: "Book position that the metrics include; null for an instrument." }),
    currency: currency("Currency of the metrics: the subject's, or the reader's."),
    metrics: z.array(metric).meta({ description: "The metrics." }),
  })
  .meta({ id: "Metrics", description: "The metrics of a fund, an account or an instrument." });
type Metrics = z.output<typeof metrics>;

type Operation = GraphOperation<
  | RestFundMetricsQuery
  | RestFundPerformanceQuery
  | RestAccountMetricsQuery
  | RestAccountPerformanceQuery
  | RestInstrumentMetricsQuery,
  RestInstrumentMetricsQueryVariables
>;

interface Subject {
  readonly operation: Operation;
  /** That of a range, a rate or a benchmark. */
  readonly ranged: Operation;
  /** The refusal when the subject does not exist. */
  readonly absent: ErrorCode;
}

const SUBJECTS = {
  fundId: {
    operation: RestFundMetricsDocument,
    ranged: RestFundPerformanceDocument,
    absent: "FUND_NOT_FOUND",
  },
  accountId: {
    operation: RestAccountMetricsDocument,
    ranged: RestAccountPerformanceDocument,
    absent: "ACCOUNT_NOT_FOUND",
  },
  instrumentId: {
    operation: RestInstrumentMetricsDocument,
    ranged: RestInstrumentMetricsDocument,
    absent: "INSTRUMENT_NOT_FOUND",
  },
} as const satisfies Record<string, Subject>;

/** GET /api/v1/metrics: metrics, each with its date, method and inputs. */
export const getMetrics = defineEndpoint({
  method: "GET",
  path: "/api/v1/metrics",
  operations: [
    ...new Set(Object.values(SUBJECTS).flatMap(({ operation, ranged }) => [operation, ranged])),
  ],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getMetrics",
    tag: "Metrics",
    summary: "Read the metrics of a fund, an account or an instrument",
    description:
      "Give exactly one of fundId, accountId and instrumentId; adjusted and interval only with instrumentId. With from, to, riskFreeRate or benchmarkId, a fund and an account have return and risk only, of the value of one unit, which flows do not change. A fund has cash, net asset value, flows, burn and runway; an account has balance and movements; both have return and risk by name; an instrument has return and risk. With currency, every amount is converted at a rate of its day or the seven before: the book's, else that of currency pairs; inputs name the rate, its date and its source. A metric without a value has the reason; of an account that is no asset and no liability, figures of its value are INSUFFICIENT_DATA. Waits briefly for what was just posted.",
    success: { 200: { description: "The metrics.", schema: metrics } },
    refusals: [
      "FUND_NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "INSTRUMENT_NOT_FOUND",
      "CONSISTENCY_TIMEOUT",
      "INSUFFICIENT_DATA",
    ],
  },
  query: z.strictObject({
    fundId: id("The fund.").optional(),
    accountId: id("The account.").optional(),
    instrumentId: id("The instrument.").optional(),
    metrics: listOf(
      METRIC_NAMES,
      "Which metrics, in this order; all that the subject has when absent. One that it does not have is INVALID_INPUT.",
    ).optional(),
    from: date("The first day of the prices or valuations.").optional(),
    to: date("The last day of the prices or valuations.").optional(),
    riskFreeRate: number(
      { above: -0.5, below: 1 },
      "The yearly risk-free rate of the figures of risk, 0.02 is 2 %; 0 when absent.",
    ).optional(),
    benchmarkId: id("The instrument to compare with.").optional(),
    currency: currency("The currency of the reader; the subject's own when absent.").optional(),
    adjusted: flag(
      "Only with instrumentId: whether earlier prices are as if dividends had always been so; for splits they always are.",
    ).optional(),
    interval: priceInterval(
      "Only with instrumentId: what prices are put together to. Of WEEK and MONTH those count that are over, each dated on its last day; one whose end a gap lies over has no close.",
    ).optional(),
  }),
  respond: async ({ query, execute }) => {
    const chosen = exactlyOne(query, ["fundId", "accountId", "instrumentId"]);
    const { operation, ranged, absent }: Subject = SUBJECTS[chosen.name];
    const { metrics: wanted, from, to, riskFreeRate, benchmarkId, adjusted, interval } = query;
    const ofRange = given({ from, to, riskFreeRate, benchmarkId });
    const ofPrices = given({ adjusted, interval });
    const [unfit] = chosen.name === "instrumentId" ? [] : Object.keys(ofPrices);
    if (unfit !== undefined) throw invalidInput(unfit, "is only for an instrument");
    const { subject } = await execute(Object.keys(ofRange).length > 0 ? ranged : operation, {
      id: chosen.id,
      ...given({ metrics: wanted, currency: query.currency }),
      ...ofRange,
      ...ofPrices,
    });
    if (subject === null) throw new AppError(absent, `There is nothing with the id ${chosen.id}.`);
    const found = requireField(subject.metrics, "metrics");
    return {
      status: 200,
      body: {
        [chosen.name]: chosen.id,
        asOf: found.asOf,
        position: "position" in found ? found.position : null,
        currency: query.currency ?? subject.currency,
        metrics: found.values,
      } satisfies Metrics,
    };
  },
});
