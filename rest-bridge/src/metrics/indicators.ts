import { AppError } from "@allfunds/contract/errors";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { LINK_HEADER, nextCursorOf, nextPageLink, pageParameters } from "../endpoint/page.ts";
import { given } from "../endpoint/read-input.ts";
import { currency, date, flag, id, instant, priceInterval } from "../endpoint/scalars.ts";
import { RestIndicatorsDocument } from "../graph/graph-types.generated.ts";
import {
  INDICATOR_NAMES,
  MOST_INDICATORS,
  readIndicators,
  UnreadableIndicator,
} from "./indicator-request.ts";

const GAP_POLICIES = ["CONTINUE", "RESTART"] as const;

const series = z.object({
  kind: z.string().meta({ description: "Which indicator." }),
  parameters: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .meta({ description: "The parameters that were used, defaults included." }),
  warmUp: z.int().meta({ description: "Bars before the first one with a value." }),
  outputs: z
    .array(
      z.object({
        name: z.string().meta({ description: "Its name, such as value, signal or upper." }),
        unit: z
          .enum(["PRICE", "PERCENT", "RATIO", "INDEX", "VOLUME"])
          .meta({ description: "What its values are counted in. RATIO: 0.25 is 25 %." }),
        values: z
          .array(z.number().nullable())
          .meta({ description: "One for each of the times; null in the warm-up." }),
      }),
    )
    .meta({ description: "Its lines." }),
});

const indicators = z
  .object({
    instrumentId: id("The instrument."),
    currency: currency("Currency of the prices: its own, or the reader's."),
    conversion: z
      .object({
        pairs: z.array(z.string()).meta({ description: "Symbols of the currency pairs used." }),
        rateDate: date("Day of the newest rate that was used.").nullable(),
        withoutRate: z.int().meta({ description: "Bars left out for want of a rate." }),
        unavailable: z.string().nullable().meta({ description: "Why nothing was converted." }),
      })
      .nullable()
      .meta({ description: "How the prices were converted; null in their own currency." }),
    times: z.array(instant("Start of a bar.")).meta({ description: "The bars, oldest first." }),
    series: z.array(series).meta({ description: "In the order of the request." }),
    gapPolicy: z.enum(GAP_POLICIES).meta({ description: "What was done at gaps." }),
    gaps: z
      .array(
        z.object({
          from: instant("The last bar before it."),
          to: instant("The first bar behind it."),
          missing: z.int().meta({ description: "Bars that the calendar expects in between." }),
        }),
      )
      .meta({ description: "The first 100 gaps of the whole history." }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "Pass as `after` for the next page; null on the last one." }),
  })
  .meta({ id: "Indicators", description: "Indicators over a page of an instrument's bars." });
type Indicators = z.output<typeof indicators>;

const indicatorList = z
  .string({ error: "must be indicators such as SMA(period=20),OBV" })
  .superRefine((text, context) => {
    try {
      readIndicators(text);
    } catch (error) {
      if (!(error instanceof UnreadableIndicator)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  })
  .meta({
    description: `Which indicators, 1 to ${MOST_INDICATORS}, separated by commas, each with its parameters in parentheses: SMA(period=20),MACD(fastPeriod=12,slowPeriod=26). Without parameters they have their defaults; one that an indicator does not take is INVALID_INPUT. There are: ${INDICATOR_NAMES.join(", ")}.`,
    examples: ["SMA(period=20),MACD(fastPeriod=12,slowPeriod=26,signalPeriod=9)"],
  });

/** GET /api/v1/indicators: indicators of an instrument's bars, as JSON or CSV. */
export const getIndicators = defineEndpoint({
  method: "GET",
  path: "/api/v1/indicators",
  operations: [RestIndicatorsDocument],
  access: { scopes: ["metrics:read"] },
  produces: ["application/json", "text/csv"],
  docs: {
    operationId: "getIndicators",
    tag: "Metrics",
    summary: "Read indicators of an instrument",
    description:
      "Indicators by bar, oldest first. They always run over the whole history, so `from` does not change their values. `Accept: text/csv` gives the page as CSV (RFC 4180), one column for each output. The next page is in `nextCursor` and in the Link header. INSUFFICIENT_DATA where the bars lack a part that an indicator needs.",
    success: {
      200: { description: "The indicators.", schema: indicators, headers: LINK_HEADER },
    },
    refusals: ["INSTRUMENT_NOT_FOUND", "INSUFFICIENT_DATA"],
  },
  query: z.strictObject({
    instrumentId: id("The instrument."),
    indicators: indicatorList,
    from: date("First day of the page.").optional(),
    to: date("Last day of the history.").optional(),
    interval: priceInterval("Length of a bar; HOUR or POINT within days.").optional(),
    currency: currency("The currency of the reader; the instrument's own when absent.").optional(),
    adjusted: flag(
      "Whether earlier bars are as if dividends had always been so; for splits they always are.",
    ).optional(),
    gapPolicy: z
      .enum(GAP_POLICIES, { error: `must be one of ${GAP_POLICIES.join(", ")}` })
      .optional()
      .meta({
        description: "At a gap, CONTINUE runs on as TA-Lib does, RESTART begins anew behind it.",
      }),
    ...pageParameters,
  }),
  respond: async ({ query, url, mediaType, execute }) => {
    const { instrumentId, indicators: wanted, ...others } = query;
    const requests = readIndicators(wanted);
    const { subject } = await execute(RestIndicatorsDocument, {
      id: instrumentId,
      requests,
      ...given(others),
    });
    if (subject === null) {
      throw new AppError("INSTRUMENT_NOT_FOUND", `There is nothing with the id ${instrumentId}.`);
    }
    const { pageInfo, times, ...found } = subject.indicators;
    const nextCursor = nextCursorOf({ nodes: times, pageInfo });
    const body = {
      instrumentId,
      currency: query.currency ?? subject.currency,
      times,
      ...found,
      nextCursor,
    } satisfies Indicators;
    const headers = nextPageLink(url, nextCursor);
    return { status: 200, headers, body: mediaType === "text/csv" ? toTable(body) : body };
  },
});

/** One line a bar, one column an output. */
function toTable({ times, series: all }: Indicators): string {
  const columns = all.flatMap(({ kind, parameters, outputs }) => {
    const used = parameters.map(({ name, value }) => `${name}=${value}`).join(" ");
    const named = used === "" ? kind : `${kind}(${used})`;
    return outputs.map(({ name, values }) => ({
      name: name === "value" ? named : `${named}.${name}`,
      cell: (row: number) => values[row] ?? null,
      kind: "number" as const,
    }));
  });
  const time = { name: "time", cell: (row: number) => times[row] ?? null };
  return toCsv([time, ...columns], [...times.keys()]);
}
