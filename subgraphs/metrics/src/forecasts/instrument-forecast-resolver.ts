import { AppError } from "@allfunds/contract/errors";
import { parseDecimal, rescale } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { InstrumentObject } from "../instruments/instrument-objects.ts";
import { readMonthlyCloses } from "../instruments/read-monthly-closes.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { addDays, monthEnd, monthStart, utcDate } from "../series/calendar.ts";
import { bucketsOf } from "../series/date-range.ts";
import { Interval } from "../series/interval.ts";
import type { PriceRow } from "../instruments/parse-prices.ts";
import { ForecastObject, makeForecast } from "./forecast-object.ts";
import { DEFAULT_HORIZON, HORIZON_DESCRIPTION, requireHorizon } from "./horizon.ts";
import type { MonthlySeries } from "./monthly-series.ts";

// A month whose last price lies further from its end has not been imported to its end.
const LONGEST_GAP_DAYS = 5;

@Resolver(() => InstrumentObject)
export class InstrumentForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "The last close of each month continued; INSUFFICIENT_DATA when the history is too short or has a gap.",
  })
  async forecast(
    @Root() instrument: InstrumentObject,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request }: MetricsContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    const closes = await readMonthlyCloses(this.#pool, request.tenantId, instrument.id);
    const series = closeSeries(closes, utcDate(request.now), instrument.currency);
    return makeForecast(series, horizon, request.now);
  }
}

/** The closes of complete, consecutive months. */
export function closeSeries(
  closes: readonly PriceRow[],
  today: string,
  currency: string,
): MonthlySeries {
  const complete = closes.filter(
    ({ day }) => monthEnd(day) < today && day >= addDays(monthEnd(day), -LONGEST_GAP_DAYS),
  );
  const [first, last] = [complete[0], complete.at(-1)];
  const months =
    first && last ? bucketsOf(Interval.MONTH, { from: monthStart(first.day), to: last.day }) : [];
  if (months.length !== complete.length) {
    throw new AppError("INSUFFICIENT_DATA", "The price history has a gap of a month or more.");
  }
  const prices = complete.map(({ close }) => parseDecimal(close));
  const scale = Math.max(0, ...prices.map((price) => price.scale));
  const values = prices.map((price) => rescale(price, scale, "HALF_EVEN"));
  return { metric: "CLOSE", currency, scale, months, values, nonNegative: true };
}
