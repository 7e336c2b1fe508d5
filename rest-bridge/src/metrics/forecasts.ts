import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { exactlyOne } from "../endpoint/read-input.ts";
import { currency, date, decimal, id, instant, integer } from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestAccountForecastDocument,
  RestFundForecastDocument,
} from "../graph/graph-types.generated.ts";

/** The series of a fund. An account has one series, its balance. */
export const FUND_METRICS = [
  "CASH",
  "NET_ASSET_VALUE",
  "INFLOW",
  "OUTFLOW",
  "NET_FLOW",
  "REVENUE",
  "EXPENSES",
] as const;
const ACCOUNT_METRIC = "BALANCE";
const metricNames = [...FUND_METRICS, ACCOUNT_METRIC] as const;

const score = z.number().nullable();

const forecast = z
  .object({
    fundId: id("The fund, when the request names one.").optional(),
    accountId: id("The account, when the request names one.").optional(),
    metric: z.string().meta({ description: "The series that is forecast, such as CASH." }),
    method: z.string().meta({ description: "The chosen method." }),
    generatedAt: instant("When the forecast was made."),
    asOf: date("Last day of the last complete month that it is based on."),
    interval: z.string().meta({ description: "Distance between points: MONTH." }),
    level: z
      .number()
      .meta({ description: "Share of future values that the intervals are meant to contain." }),
    currency: currency("Currency of the values."),
    points: z
      .array(
        z.object({
          date: date("Last day of the month."),
          value: decimal("Expected value."),
          lower: decimal("Lower end of the interval."),
          upper: decimal("Upper end of the interval."),
        }),
      )
      .meta({ description: "The months ahead, nearest first." }),
    backtest: z
      .object({
        folds: z.int().meta({ description: "Number of months that the back-test forecast from." }),
        mase: score.meta({
          description: "Mean absolute scaled error; null for a constant series.",
        }),
        smape: z
          .number()
          .meta({ description: "Symmetric mean absolute percentage error, 0 to 200." }),
        coverage: z
          .number()
          .meta({ description: "Share of back-test values inside the interval." }),
        candidates: z
          .array(z.object({ method: z.string(), mase: score }))
          .meta({ description: "All methods that were tried." }),
      })
      .meta({ description: "The error that the method had in a back-test." }),
  })
  .meta({
    id: "Forecast",
    description: "A monthly series with its expected values and intervals.",
  });

type Forecast = z.output<typeof forecast>;

/** GET /api/v1/forecasts: projections with intervals and the method's back-test error. */
export const getForecasts = defineEndpoint({
  method: "GET",
  path: "/api/v1/forecasts",
  operations: [RestFundForecastDocument, RestAccountForecastDocument],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getForecasts",
    tag: "Metrics",
    summary: "Read a forecast for a fund or an account",
    description:
      "Give exactly one of fundId and accountId. A monthly series, continued by the method with the smallest error in a back-test, with intervals. Refused with INSUFFICIENT_DATA when the history is too short to judge by.",
    success: { 200: { description: "The forecast.", schema: forecast } },
    refusals: ["FUND_NOT_FOUND", "ACCOUNT_NOT_FOUND", "INSUFFICIENT_DATA", "CONSISTENCY_TIMEOUT"],
  },
  query: z.strictObject({
    fundId: id("The fund.").optional(),
    accountId: id("The account.").optional(),
    metric: z
      .enum(metricNames, { error: `must be one of ${metricNames.join(", ")}` })
      .optional()
      .meta({
        description: "What to forecast: for a fund CASH when absent; for an account only BALANCE.",
      }),
    horizon: integer({ min: 1, max: 24 }, "Months ahead.").default(6),
  }),
  respond: async ({ query, execute }) => {
    const chosen = exactlyOne(query, ["fundId", "accountId"]);
    const ofFund = chosen.name === "fundId";
    const metric = query.metric ?? (ofFund ? "CASH" : ACCOUNT_METRIC);
    if (ofFund === (metric === ACCOUNT_METRIC)) {
      throw invalidInput("metric", `${metric} is not a series of this; BALANCE is an account's`);
    }
    const { horizon } = query;
    const { subject } =
      metric === ACCOUNT_METRIC
        ? await execute(RestAccountForecastDocument, { id: chosen.id, horizon })
        : await execute(RestFundForecastDocument, { id: chosen.id, metric, horizon });
    if (subject === null) {
      throw new AppError(
        ofFund ? "FUND_NOT_FOUND" : "ACCOUNT_NOT_FOUND",
        `There is nothing with the id ${chosen.id}.`,
      );
    }
    const found = requireField(subject.forecast, "forecast");
    const body = { [chosen.name]: chosen.id, ...found } satisfies Forecast;
    return { status: 200, body };
  },
});
