import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation, type Operation } from "../gateway/operation.ts";
import { exactlyOne } from "../http/exactly-one.ts";
import { metric, METRIC_FIELDS, type Metric } from "../shapes/metric.ts";
import { currency, date, id } from "../shapes/scalars.ts";

const OF_FUND = operation(/* GraphQL */ `
  query RestFundMetrics($id: ID!) {
    subject: fund(id: $id) {
      currency
      metrics {
        asOf
        position
        values {
          ...MetricFields
        }
      }
    }
  }
  ${METRIC_FIELDS}
`);

const OF_ACCOUNT = operation(/* GraphQL */ `
  query RestAccountMetrics($id: ID!) {
    subject: account(id: $id) {
      currency
      metrics {
        asOf
        position
        values {
          ...MetricFields
        }
      }
    }
  }
  ${METRIC_FIELDS}
`);

const OF_INSTRUMENT = operation(/* GraphQL */ `
  query RestInstrumentMetrics($id: ID!) {
    subject: instrument(id: $id) {
      currency
      metrics {
        asOf: to
        values {
          ...MetricFields
        }
      }
    }
  }
  ${METRIC_FIELDS}
`);

const SUBJECTS = ["fundId", "accountId", "instrumentId"] as const;
type Subject = (typeof SUBJECTS)[number];

const ASK: Readonly<Record<Subject, { operation: Operation; absent: ErrorCode }>> = {
  fundId: { operation: OF_FUND, absent: "FUND_NOT_FOUND" },
  accountId: { operation: OF_ACCOUNT, absent: "ACCOUNT_NOT_FOUND" },
  instrumentId: { operation: OF_INSTRUMENT, absent: "INSTRUMENT_NOT_FOUND" },
};

const metrics = z
  .object({
    fundId: id("The fund, when one was asked for.").optional(),
    accountId: id("The account, when one was asked for.").optional(),
    instrumentId: id("The instrument, when one was asked for.").optional(),
    asOf: date("The day the figures are of; null when there is no data at all.").nullable(),
    position: z
      .int()
      .nullable()
      .meta({ description: "Book position the figures include; null for an instrument." }),
    currency: currency("Currency of the subject."),
    metrics: z.array(metric).meta({ description: "The figures." }),
  })
  .meta({ id: "Metrics", description: "The figures of a fund, an account or an instrument." });

interface MetricsData {
  readonly subject: {
    readonly currency: string;
    readonly metrics: {
      readonly asOf: string | null;
      readonly position?: number;
      readonly values: Metric[];
    };
  } | null;
}

/** GET /api/v1/metrics: figures, each with its date, method and inputs. */
export const getMetrics = defineEndpoint({
  method: "GET",
  path: "/api/v1/metrics",
  operations: [OF_FUND, OF_ACCOUNT, OF_INSTRUMENT],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getMetrics",
    tag: "Metrics",
    summary: "Figures of a fund, an account or an instrument",
    description:
      "Give exactly one of fundId, accountId and instrumentId. A fund answers with cash, net asset value, flows, burn and runway; an account with balance and movements; an instrument with return and risk. A figure that cannot be given says why. Waits a moment for what was just posted.",
    success: { 200: { description: "The figures.", schema: metrics } },
    refusals: [
      "FUND_NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "INSTRUMENT_NOT_FOUND",
      "CONSISTENCY_TIMEOUT",
    ],
  },
  query: z.strictObject({
    fundId: id("The fund.").optional(),
    accountId: id("The account.").optional(),
    instrumentId: id("The instrument.").optional(),
  }),
  respond: async ({ query, execute }) => {
    const asked = exactlyOne(query, SUBJECTS);
    const { operation: ask, absent } = ASK[asked.name];
    const { subject } = await execute<MetricsData>(ask, { id: asked.id });
    if (subject === null) throw new AppError(absent, `There is nothing with the id ${asked.id}.`);
    const { asOf, position, values } = subject.metrics;
    return {
      status: 200,
      body: {
        [asked.name]: asked.id,
        asOf,
        position: position ?? null,
        currency: subject.currency,
        metrics: values,
      },
    };
  },
});
