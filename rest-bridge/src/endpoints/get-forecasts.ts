import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { exactlyOne } from "../http/exactly-one.ts";
import { currency, date, decimal, id, instant, integer } from "../shapes/scalars.ts";

const FORECAST_FIELDS = /* GraphQL */ `
  fragment ForecastFields on Forecast {
    metric
    method
    generatedAt
    asOf
    interval
    level
    currency
    points {
      date
      value
      lower
      upper
    }
    backtest {
      folds
      mase
      smape
      coverage
      candidates {
        method
        mase
      }
    }
  }
`;

const OF_FUND = operation(/* GraphQL */ `
  query RestFundForecast($id: ID!, $metric: ForecastMetric!, $horizon: Int!) {
    subject: fund(id: $id) {
      forecast(metric: $metric, horizon: $horizon) {
        ...ForecastFields
      }
    }
  }
  ${FORECAST_FIELDS}
`);

const OF_ACCOUNT = operation(/* GraphQL */ `
  query RestAccountForecast($id: ID!, $horizon: Int!) {
    subject: account(id: $id) {
      forecast(horizon: $horizon) {
        ...ForecastFields
      }
    }
  }
  ${FORECAST_FIELDS}
`);

/** Of a fund; an account has the one series of its balance. */
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
    fundId: id("The fund, when one was asked for.").optional(),
    accountId: id("The account, when one was asked for.").optional(),
    metric: z.string().meta({ description: "What is forecast, such as CASH." }),
    method: z.string().meta({ description: "The chosen method." }),
    generatedAt: instant("When the forecast was made."),
    asOf: date("Last day of the last complete month it builds on."),
    interval: z.string().meta({ description: "Distance between points: MONTH." }),
    level: z
      .number()
      .meta({ description: "Share of future values the intervals are made to hold." }),
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
        folds: z.int().meta({ description: "Months it forecast from." }),
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
      .meta({ description: "How the method would have done." }),
  })
  .meta({ id: "Forecast", description: "A monthly series continued, with intervals." });

interface ForecastData {
  readonly subject: {
    readonly forecast: Omit<z.output<typeof forecast>, "fundId" | "accountId">;
  } | null;
}

/** GET /api/v1/forecasts: projections with intervals and the method's back-test error. */
export const getForecasts = defineEndpoint({
  method: "GET",
  path: "/api/v1/forecasts",
  operations: [OF_FUND, OF_ACCOUNT],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getForecasts",
    tag: "Metrics",
    summary: "A projection of a fund's or an account's figures",
    description:
      "Give exactly one of fundId and accountId. A monthly series continued by the method that did best in a back-test, with intervals. Refused with INSUFFICIENT_DATA when the history is too short to judge by.",
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
    const asked = exactlyOne(query, ["fundId", "accountId"]);
    const ofFund = asked.name === "fundId";
    const metric = query.metric ?? (ofFund ? "CASH" : ACCOUNT_METRIC);
    if (ofFund === (metric === ACCOUNT_METRIC)) {
      throw invalidInput("metric", `${metric} is not a series of this; BALANCE is an account's`);
    }
    const { horizon } = query;
    const { subject } = ofFund
      ? await execute<ForecastData>(OF_FUND, { id: asked.id, metric, horizon })
      : await execute<ForecastData>(OF_ACCOUNT, { id: asked.id, horizon });
    if (subject === null) {
      throw new AppError(
        ofFund ? "FUND_NOT_FOUND" : "ACCOUNT_NOT_FOUND",
        `There is nothing with the id ${asked.id}.`,
      );
    }
    return { status: 200, body: { [asked.name]: asked.id, ...subject.forecast } };
  },
});
