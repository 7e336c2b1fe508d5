import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  Float,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import type { ComputeContext } from "../compute/request-compute.ts";
import { contentKey } from "../compute/content-key.ts";
import { InstrumentObject } from "../instruments/instrument-graphql.ts";
import type { InstrumentContext } from "../instruments/instrument-graphql.ts";
import { dayCursor } from "../instruments/price-graphql.ts";
import { readPriceSeries } from "../instruments/price-store.ts";
import { movingAverageTask } from "./moving-average-task.ts";
import type { MovingAverageKind } from "./moving-average.ts";

const IndicatorKind = { SMA: "SMA", EMA: "EMA", WMA: "WMA" } as const;

registerEnumType(IndicatorKind, {
  name: "IndicatorKind",
  description: "A moving average of closing prices.",
  valuesConfig: {
    SMA: { description: "Arithmetic mean of the last `period` closes." },
    EMA: {
      description:
        "Exponential, smoothing 2 / (period + 1), seeded with the mean of the first `period` closes of the whole history, as TA-Lib does.",
    },
    WMA: { description: "Mean weighted 1 to `period`, the newest close heaviest." },
  },
});

@ObjectType("IndicatorPoint", { description: "An indicator's value at the close of a day." })
class IndicatorPointObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => Float, {
    nullable: true,
    description: "In units of the price; null while there are fewer than `period` closes.",
  })
  value!: number | null;
}

const IndicatorConnection = connectionType("IndicatorPoint", IndicatorPointObject);

const LONGEST_PERIOD = 1_000;
type OptionalDate = string | null | undefined;

@Resolver(() => InstrumentObject)
export class IndicatorResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => IndicatorConnection, {
    description:
      "A moving average by day, oldest first. It always runs over the whole history, so `from` does not change its values.",
  })
  async indicator(
    @Root() { id }: InstrumentObject,
    @Arg("kind", () => IndicatorKind) kind: MovingAverageKind,
    @Arg("period", () => Int, { description: "Closes in the window, 1 to 1000." }) period: number,
    @Arg("from", () => DateScalar, { nullable: true, description: "First day." })
    from: OptionalDate,
    @Arg("to", () => DateScalar, { nullable: true, description: "Last day." }) to: OptionalDate,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request, compute }: InstrumentContext & ComputeContext,
  ): Promise<Connection<IndicatorPointObject>> {
    if (period < 1 || period > LONGEST_PERIOD) {
      throw invalidInput("period", `must be between 1 and ${LONGEST_PERIOD}`);
    }
    const size = pageSize(first);
    const afterDay = dayCursor(after);
    const { days, closes } = await readPriceSeries(this.#pool, request.tenantId, id, { to });
    const args = { kind, period, closes };
    const values = await compute(movingAverageTask, args, contentKey(closes, kind, period));
    const start = days.findIndex((day) => (!from || day >= from) && (!afterDay || day > afterDay));
    const shown = start < 0 ? [] : days.slice(start, start + size + 1);
    const points = shown.map((date, index) => ({ date, value: finite(values[start + index]!) }));
    return toConnection(points, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }
}

const finite = (value: number): number | null => (Number.isNaN(value) ? null : value);
