import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import {
  PriceAdjustment,
  readAdjustedBars,
  readExactBars,
  readSeries,
} from "../prices/price-read.ts";
import { PriceInterval } from "../prices/price-sql.ts";
import { InstrumentObject } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";
import { listPrices } from "./price-store.ts";

@ObjectType("Price", { description: "The price of an instrument at the close of a day." })
class PriceObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Opening price, if it is known." })
  open!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Highest price, if it is known." })
  high!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Lowest price, if it is known." })
  low!: string | null;

  @Field(() => DecimalScalar, { description: "Closing price, exactly as imported." })
  close!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Traded volume, if it is known." })
  volume!: string | null;
}

const PriceConnection = connectionType("Price", PriceObject);

@ObjectType("PriceBar", {
  description: "The prices of an instrument in an hour, day, week or month.",
})
class PriceBarObject {
  @Field(() => DateTimeScalar, {
    description: "Its start in UTC; of a price at an instant, the instant. Weeks begin on Monday.",
  })
  at!: Date;

  @Field(() => DecimalScalar, { nullable: true, description: "First price, if it is known." })
  open!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Highest price, if it is known." })
  high!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Lowest price, if it is known." })
  low!: string | null;

  @Field(() => DecimalScalar, { description: "Last price." })
  close!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Traded volume, if it is known of every price of the bar.",
  })
  volume!: string | null;
}

const PriceBarConnection = connectionType("PriceBar", PriceBarObject);

registerEnumType(PriceInterval, {
  name: "PriceInterval",
  description: "What prices are put together to.",
  valuesConfig: {
    POINT: {
      description: "Prices at instants, and the day's own price of a day without any.",
    },
    HOUR: { description: "Hours of prices at instants." },
    DAY: {
      description: "The day's own price, or where there is none the bar of the day's instants.",
    },
    WEEK: { description: "Weeks of those days." },
    MONTH: { description: "Months of those days." },
  },
});

registerEnumType(PriceAdjustment, {
  name: "PriceAdjustment",
  description:
    "Which corporate actions earlier prices are taken for as if they had always been so.",
  valuesConfig: {
    NONE: { description: "None: prices as they are stored." },
    SPLITS: { description: "Splits, as indicators take prices." },
    SPLITS_AND_DIVIDENDS: { description: "Splits and dividends: a total return." },
  },
});

const CLOSES_SHOWN = 1_500;

const FROM = { nullable: true, description: "First day; from the first price by default." };
const TO = { nullable: true, description: "Last day; to the last price by default." };
type OptionalDate = string | null | undefined;

@Resolver(() => InstrumentObject)
export class PriceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => PriceConnection, { description: "Closing prices, oldest first." })
  async prices(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request }: InstrumentContext,
  ): Promise<Connection<PriceObject>> {
    const size = pageSize(first);
    const page = { from, to, afterDay: dayCursor(after), limit: size + 1 };
    const rows = await listPrices(this.#pool, request.tenantId, id, page);
    const items = rows.map(({ day, ...parts }) => ({ date: day, ...parts }));
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => PriceBarConnection, {
    description:
      "Open, high, low, close and volume, oldest first, exactly as they are stored where no adjustment is chosen. The first and the last bar hold what lies in the range.",
  })
  async bars(
    @Root() { id }: InstrumentObject,
    @Arg("interval", () => PriceInterval, { defaultValue: "DAY", description: "Length of a bar." })
    interval: PriceInterval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("knownAt", () => DateTimeScalar, {
      nullable: true,
      description: "As they were known at this instant; as they are known now by default.",
    })
    knownAt: string | null | undefined,
    @Arg("adjustment", () => PriceAdjustment, {
      defaultValue: "NONE",
      description:
        "Corporate actions that the bars before them are adjusted for, to twelve digits; of days, weeks and months.",
    })
    adjustment: PriceAdjustment,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<Connection<PriceBarObject>> {
    const size = pageSize(first);
    const request = {
      tenantId,
      instrumentId: id,
      interval,
      from,
      to,
      after: instantCursor(after),
      knownAt: knownAt ? new Date(knownAt) : null,
    };
    const read = adjustment === "NONE" ? readExactBars : readAdjustedBars;
    const items = await read(this.#pool, { ...request, adjustment }, size + 1);
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ at }) => encodeCursor([at.getTime()]),
    });
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 5)")
  @FieldResolver(() => [Float], {
    description:
      "The latest 1,500 closes of days, oldest first, adjusted for splits and dividends; numbers for statistics.",
  })
  async dailyCloses(
    @Root() { id }: InstrumentObject,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<number[]> {
    const wanted = { tenantId, instrumentId: id, adjustment: "SPLITS_AND_DIVIDENDS" } as const;
    const { series } = await readSeries(this.#pool, wanted);
    return Array.from(series.values.slice(-CLOSES_SHOWN));
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description: "Day of the latest price; null while there is none.",
  })
  async lastPriceDate(
    @Root() { id }: InstrumentObject,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<string | null> {
    const { series } = await readSeries(this.#pool, { tenantId, instrumentId: id });
    const latest = series.times.at(-1);
    return latest === undefined ? null : new Date(latest).toISOString().slice(0, 10);
  }
}

/** The day a page starts after; null for the first page. */
export function dayCursor(after: string | null | undefined): string | null {
  if (after === null || after === undefined) return null;
  const [day] = decodeCursor(after, 1);
  if (typeof day === "string" && isCalendarDate(day)) return day;
  throw invalidInput("after", "is not a cursor of this list");
}

/** The bar a page starts after, by its time in epoch milliseconds; null for the first page. */
function instantCursor(after: string | null | undefined): number | null {
  if (after === null || after === undefined) return null;
  const [instant] = decodeCursor(after, 1);
  if (typeof instant === "number" && Number.isSafeInteger(instant)) return instant;
  throw invalidInput("after", "is not a cursor of this list");
}
