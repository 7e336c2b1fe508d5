import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import { weakTag } from "../endpoint/entity-tag.ts";
import { exactlyOne, given } from "../endpoint/read-input.ts";
import { currency, date, decimal, id, instant, integer } from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestAccountForecastDocument,
  RestFundForecastDocument,
  RestInstrumentForecastDocument,
  type RestAccountForecastQueryVariables,
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
const INSTRUMENT_METRIC = "CLOSE";
const metricNames = [...FUND_METRICS, ACCOUNT_METRIC, INSTRUMENT_METRIC] as const;

const FREQUENCIES = [
  "HOURLY",
  "DAILY",
  "BUSINESS_DAILY",
  "WEEKLY",
  "MONTHLY",
  "QUARTERLY",
  "YEARLY",
] as const;
export const frequency = z.enum(FREQUENCIES, { error: `must be one of ${FREQUENCIES.join(", ")}` });

const score = z.number().nullable();

const forecast = z
  .object({
    fundId: id("The fund, when the request names one.").optional(),
    accountId: id("The account, when the request names one.").optional(),
    instrumentId: id("The instrument, when the request names one.").optional(),
    metric: z.string().meta({ description: "The series that is forecast, such as CASH." }),
    method: z.string().meta({ description: "The chosen method." }),
    generatedAt: instant("When the forecast was made."),
    asOf: date("Last day of the last complete period that it is based on."),
    interval: z.string().meta({ description: "Distance between points: DAY or MONTH." }),
    frequency: frequency.meta({ description: "The periods of the series." }),
    level: z
      .number()
      .meta({ description: "Share of future values that the intervals are meant to contain." }),
    currency: currency("Currency of the values."),
    points: z
      .array(
        z.object({
          date: date("Last day of the period."),
          value: decimal("Expected value."),
          lower: decimal("Lower end of the interval."),
          upper: decimal("Upper end of the interval."),
        }),
      )
      .meta({ description: "The periods ahead, nearest first." }),
    backtest: z
      .object({
        folds: z.int().meta({ description: "Number of periods that the back-test forecast from." }),
        mase: score.meta({
          description: "Mean absolute scaled error; null for a constant series.",
        }),
        smape: z.number().meta({
          description:
            "Symmetric mean absolute percentage error, 0 to 200, also 200 without a fold. Use symmetricError.",
          deprecated: true,
        }),
        symmetricError: score.meta({
          description: "Symmetric mean absolute percentage error, 0 to 200; null without a fold.",
        }),
        coverage: z.number().meta({
          description:
            "Share of back-test values inside the interval, also 0 without a fold. Use coverageOf80.",
          deprecated: true,
        }),
        coverageOf80: score.meta({
          description: "Share of back-test values inside 80 % intervals; null without a fold.",
        }),
        coverageOf95: score.meta({
          description: "Share of back-test values inside 95 % intervals; null without a fold.",
        }),
        candidates: z
          .array(z.object({ method: z.string(), mase: score }))
          .meta({ description: "All methods that were tried." }),
      })
      .meta({ description: "The error that the method had in a back-test." }),
  })
  .meta({
    id: "Forecast",
    description: "A series with its expected values and intervals.",
  });

type Forecast = z.output<typeof forecast>;

/** The series of each subject, its own by default first, and the refusal when it does not exist. */
const SUBJECTS = {
  fundId: { metrics: FUND_METRICS, absent: "FUND_NOT_FOUND" },
  accountId: { metrics: [ACCOUNT_METRIC], absent: "ACCOUNT_NOT_FOUND" },
  instrumentId: { metrics: [INSTRUMENT_METRIC], absent: "INSTRUMENT_NOT_FOUND" },
} as const;

/** GET /api/v1/forecasts: projections with intervals and the method's back-test error. */
export const getForecasts = defineEndpoint({
  method: "GET",
  path: "/api/v1/forecasts",
  operations: [
    RestFundForecastDocument,
    RestAccountForecastDocument,
    RestInstrumentForecastDocument,
  ],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getForecasts",
    tag: "Metrics",
    summary: "Read a forecast for a fund, an account or an instrument",
    description:
      "Give exactly one of fundId, accountId and instrumentId. A series, continued by a combination of models that a back-test weighs, with intervals. Refused with INSUFFICIENT_DATA without a complete period of history.",
    success: {
      200: {
        description: "The forecast.",
        schema: forecast,
        headers: { ETag: "Weak tag of all of it but `generatedAt`, for If-None-Match." },
      },
    },
    refusals: [
      "FUND_NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "INSTRUMENT_NOT_FOUND",
      "INSUFFICIENT_DATA",
      "CONSISTENCY_TIMEOUT",
    ],
  },
  query: z.strictObject({
    fundId: id("The fund.").optional(),
    accountId: id("The account.").optional(),
    instrumentId: id("The instrument.").optional(),
    metric: z
      .enum(metricNames, { error: `must be one of ${metricNames.join(", ")}` })
      .optional()
      .meta({
        description:
          "What to forecast: for a fund CASH when absent; for an account only BALANCE; for an instrument only CLOSE.",
      }),
    frequency: frequency.optional().meta({
      description:
        "The periods of the series. MONTHLY when absent; of an instrument whose prices come more rarely, those of the prices.",
    }),
    horizon: integer(
      { min: 1, max: 366 },
      "Periods ahead; the most depends on the frequency, 60 of MONTHLY.",
    ).default(6),
  }),
  respond: async ({ query, execute }) => {
    const chosen = exactlyOne(query, ["fundId", "accountId", "instrumentId"]);
    const { metrics, absent } = SUBJECTS[chosen.name];
    const metric = query.metric ?? metrics[0];
    if (!metrics.some((known) => known === metric)) {
      throw invalidInput("metric", `${metric} is not a series of this: ${metrics.join(", ")}`);
    }
    const common = {
      id: chosen.id,
      horizon: query.horizon,
      ...given({ frequency: query.frequency }),
    };
    const { subject } = await read(metric, common, execute);
    if (subject === null) throw new AppError(absent, `There is nothing with the id ${chosen.id}.`);
    const found = requireField(subject.forecast, "forecast");
    const body = { [chosen.name]: chosen.id, ...found } satisfies Forecast;
    const { generatedAt: _made, ...content } = body;
    return { status: 200, body, headers: { etag: weakTag(content) } };
  },
});

function read(
  metric: (typeof metricNames)[number],
  common: RestAccountForecastQueryVariables,
  execute: Execute,
) {
  if (metric === ACCOUNT_METRIC) return execute(RestAccountForecastDocument, common);
  if (metric === INSTRUMENT_METRIC) return execute(RestInstrumentForecastDocument, common);
  return execute(RestFundForecastDocument, { ...common, metric });
}
