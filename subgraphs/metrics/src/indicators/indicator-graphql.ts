import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
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
  Resolver,
  Root,
} from "type-graphql";
import type { ComputeContext } from "../compute/request-compute.ts";
import { InstrumentObject } from "../instruments/instrument-graphql.ts";
import type { InstrumentContext } from "../instruments/instrument-graphql.ts";
import { dayCursor } from "../instruments/price-graphql.ts";
import { adjustmentOf } from "../instruments/price-store.ts";
import {
  CURRENCY_ARGUMENT,
  readerCurrency,
  toConversionObject,
} from "../prices/conversion-graphql.ts";
import { readBars, readBarsIn } from "../prices/price-read.ts";
import { PriceInterval } from "../prices/price-sql.ts";
import { utcDate } from "../series/calendar.ts";
import { GapPolicy } from "../series/gap-policy.ts";
import type { Bars } from "../series/series.ts";
import type { BarPart, SomeParameters } from "./definitions/definition.ts";
import { INDICATORS } from "./definitions/table.ts";
import type { IndicatorKind } from "./definitions/table.ts";
import { indicatorTask } from "./indicator-task.ts";
import type { IndicatorGapPolicy, IndicatorValues } from "./indicator-task.ts";
import {
  givenParameters,
  IndicatorGapPolicyEnum,
  IndicatorKindEnum,
  IndicatorPageObject,
  IndicatorRequestInput,
} from "./indicator-types.ts";
import type { IndicatorSeriesObject } from "./indicator-types.ts";
import { resolveParameters } from "./indicator.ts";

@ObjectType("IndicatorPoint", { description: "An indicator's value at the close of a day." })
class IndicatorPointObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => Float, {
    nullable: true,
    description: "In the unit of the indicator; null while there are too few closes.",
  })
  value!: number | null;
}

const IndicatorConnection = connectionType("IndicatorPoint", IndicatorPointObject);

const MOST_REQUESTS = 10;
const MOST_GAPS = 100;
const UNREAD = new Float64Array();

type OptionalDate = string | null | undefined;
type IndicatorContext = InstrumentContext & ComputeContext;

const FROM = { nullable: true, description: "First day." };
const TO = { nullable: true, description: "Last day." };
const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };

/** The part of the bars that a page shows: from index `start` up to `end`, and whether more follow. */
interface Page {
  readonly start: number;
  readonly end: number;
  readonly hasMore: boolean;
}

@Resolver(() => InstrumentObject)
export class IndicatorResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 200)")
  @FieldResolver(() => IndicatorConnection, {
    description:
      "An indicator of closes, adjusted for splits, that takes just a period and gives one value, by day, oldest first. It always runs over the whole history, so `from` does not change its values.",
  })
  async indicator(
    @Root() { id }: InstrumentObject,
    @Arg("kind", () => IndicatorKindEnum) kind: IndicatorKind,
    @Arg("period", () => Int, { description: "Closes in the window, 1 to 1000." }) period: number,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
    @Ctx() { request, compute }: IndicatorContext,
  ): Promise<Connection<IndicatorPointObject>> {
    requireSimple(kind);
    const size = pageSize(first);
    const parameters = { period };
    resolveParameters(kind, parameters);
    const adjustment = adjustmentOf(false);
    const priced = { tenantId: request.tenantId, instrumentId: id, to, adjustment };
    const { bars, version } = await readBars(this.#pool, priced);
    const work = workOf({ kind, parameters, bars, gapPolicy: GapPolicy.CONTINUE });
    const { outputs } = await compute(indicatorTask, work, keyOf(work, version, to));
    const { start, end, hasMore } = pageOf(bars.times, from, dayCursor(after), size);
    const points = Array.from(
      bars.times.subarray(start, end + (hasMore ? 1 : 0)),
      (time, place) => ({
        date: utcDate(new Date(time)),
        value: finite(outputs[0]?.[start + place]),
      }),
    );
    return toConnection(points, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 100)")
  @Directive(
    '@listSize(slicingArguments: ["first"], sizedFields: ["times"], requireOneSlicingArgument: false)',
  )
  @FieldResolver(() => IndicatorPageObject, {
    description:
      "Indicators by bar, oldest first, at most 10 at once. They always run over the whole history, so `from` does not change their values. One that needs parts of bars that the series does not have is INSUFFICIENT_DATA.",
  })
  async indicators(
    @Root() { id }: InstrumentObject,
    @Arg("requests", () => [IndicatorRequestInput], { description: "Which indicators, 1 to 10." })
    requests: IndicatorRequestInput[],
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("interval", () => PriceInterval, {
      defaultValue: "DAY",
      description: "Length of a bar: HOUR or POINT for indicators within days.",
    })
    interval: PriceInterval,
    @Arg("currency", () => String, CURRENCY_ARGUMENT) currency: string | null | undefined,
    @Arg("adjusted", () => Boolean, {
      defaultValue: false,
      description:
        "Whether earlier bars are as if dividends had always been so; for splits they always are.",
    })
    adjusted: boolean,
    @Arg("gapPolicy", () => IndicatorGapPolicyEnum, {
      defaultValue: GapPolicy.CONTINUE,
      description: "What to do at gaps.",
    })
    gapPolicy: IndicatorGapPolicy,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
    @Ctx() { request, compute }: IndicatorContext,
  ): Promise<IndicatorPageObject> {
    const size = pageSize(first);
    const afterTime = timeCursor(after);
    const wanted = requests.map(({ kind, parameters }) => ({
      kind,
      parameters: givenParameters(parameters),
    }));
    requireRequests(wanted);
    const own = { tenantId: request.tenantId, to, interval };
    const adjustment = adjustmentOf(adjusted);
    const wantedBars = { ...own, instrumentId: id, adjustment };
    const priced = await readBarsIn(this.#pool, readerCurrency(currency), wantedBars);
    const { bars, conversion } = priced;
    const version = JSON.stringify([priced.version, interval, currency ?? null, adjusted]);
    for (const { kind } of wanted) requireParts(kind, bars);
    const results = await Promise.all(
      wanted.map(async ({ kind, parameters }) => {
        const { periodsInstrumentId } = parameters;
        const lengths =
          periodsInstrumentId === undefined
            ? undefined
            : await readPeriods(this.#pool, { ...own, instrumentId: periodsInstrumentId }, bars);
        const work = workOf({ kind, parameters, bars: { ...bars, ...lengths?.column }, gapPolicy });
        return compute(indicatorTask, work, keyOf(work, version + (lengths?.version ?? ""), to));
      }),
    );
    const page = pageOf(bars.times, from, afterTime, size);
    const times = Array.from(bars.times.subarray(page.start, page.end));
    return {
      times: times.map(instantText),
      series: wanted.map((one, index) => toSeries(one, results[index], page)),
      gapPolicy,
      conversion: toConversionObject(conversion),
      gaps: (results[0]?.gaps ?? []).slice(0, MOST_GAPS).map((gap) => ({
        from: instantText(gap.from),
        to: instantText(gap.to),
        missing: gap.missing,
      })),
      pageInfo: {
        hasNextPage: page.hasMore,
        hasPreviousPage: afterTime !== null,
        startCursor: cursorOf(times[0]),
        endCursor: cursorOf(times.at(-1)),
      },
    };
  }
}

interface WantedIndicator {
  readonly kind: IndicatorKind;
  readonly parameters: SomeParameters;
}

/** Refuses no and too many requests, and parameters that an indicator does not take: INVALID_INPUT. */
function requireRequests(wanted: readonly WantedIndicator[]): void {
  if (wanted.length < 1 || wanted.length > MOST_REQUESTS) {
    throw invalidInput("requests", `must be 1 to ${MOST_REQUESTS}`);
  }
  for (const { kind, parameters } of wanted) {
    const { periodsInstrumentId } = resolveParameters(kind, parameters);
    if (kind === "MAVP" && !isId(periodsInstrumentId)) {
      throw invalidInput("parameters.periodsInstrumentId", "must be the UUID of an instrument");
    }
  }
}

/** For each bar the last close of the instrument of periods at or before it. */
async function readPeriods(
  pool: Pool,
  priced: Parameters<typeof readBars>[1],
  { times }: Bars,
): Promise<{ readonly column: { readonly periods: Float64Array }; readonly version: string }> {
  const { bars, version } = await readBars(pool, priced);
  if (bars.times.length === 0) {
    throw new AppError("INSUFFICIENT_DATA", "The instrument of the periods has no closes.");
  }
  const periods = new Float64Array(times.length).fill(Number.NaN);
  let place = -1;
  for (let index = 0; index < times.length; index++) {
    while (bars.times[place + 1]! <= times[index]!) place++;
    if (place >= 0) periods[index] = bars.close[place]!;
  }
  return { column: { periods }, version };
}

/** The field `indicator` has one value for each day and takes nothing but a period. */
function requireSimple(kind: IndicatorKind): void {
  const { parts, parameters, outputs } = INDICATORS[kind];
  const isSimple =
    outputs.length === 1 && "period" in parameters && parts.every((needed) => needed === "close");
  if (!isSimple) throw invalidInput("kind", `${kind} needs more: use the field indicators`);
}

/** INSUFFICIENT_DATA names the parts of bars that no bar of the series has. */
function requireParts(kind: IndicatorKind, bars: Bars): void {
  const missing = INDICATORS[kind].parts.filter(
    (part) => bars.times.length > 0 && bars[part].every(Number.isNaN),
  );
  if (missing.length === 0) return;
  throw new AppError(
    "INSUFFICIENT_DATA",
    `${kind} needs ${missing.join(", ")} of the bars; the series has none.`,
  );
}

interface IndicatorWork extends WantedIndicator {
  readonly bars: Bars;
  readonly gapPolicy: IndicatorGapPolicy;
}

/** The work of a thread: it receives only the parts of the bars that the indicator reads. */
function workOf({ kind, parameters, bars, gapPolicy }: IndicatorWork): IndicatorWork {
  const read = new Set<BarPart>(INDICATORS[kind].parts);
  const column = (part: BarPart): Float64Array => (read.has(part) ? bars[part] : UNREAD);
  return {
    kind,
    parameters,
    gapPolicy,
    bars: {
      times: bars.times,
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
      ...(bars.gaps === undefined ? {} : { gaps: bars.gaps }),
      ...(kind === "MAVP" && bars.periods !== undefined ? { periods: bars.periods } : {}),
    },
  };
}

/** Equal keys are equal work: what is computed, and the prices it is computed from. */
function keyOf(
  { kind, parameters, gapPolicy }: IndicatorWork,
  version: string,
  to: OptionalDate,
): string {
  return JSON.stringify([
    version,
    to ?? null,
    kind,
    gapPolicy,
    resolveParameters(kind, parameters),
  ]);
}

/** The bars of a page: from the first day on, behind the cursor. */
function pageOf(
  times: Float64Array,
  from: OptionalDate,
  after: string | number | null,
  size: number,
): Page {
  const first = from ? Date.parse(from) : Number.NEGATIVE_INFINITY;
  const last = typeof after === "string" ? Date.parse(after) : (after ?? Number.NEGATIVE_INFINITY);
  // Of the ascending times: the series may have five million.
  let [start, behind] = [0, times.length];
  while (start < behind) {
    const middle = (start + behind) >>> 1;
    const time = times[middle]!;
    if (time >= first && time > last) behind = middle;
    else start = middle + 1;
  }
  const end = Math.min(start + size, times.length);
  return { start, end, hasMore: end < times.length };
}

function toSeries(
  { kind, parameters }: WantedIndicator,
  result: IndicatorValues | undefined,
  { start, end }: Page,
): IndicatorSeriesObject {
  const definition = INDICATORS[kind];
  const resolved = resolveParameters(kind, parameters);
  const used: Readonly<Record<string, unknown>> = { ...resolved };
  return {
    kind,
    parameters: Object.keys(definition.parameters).map((name) => ({
      name,
      value: String(used[name]),
    })),
    warmUp: definition.warmUp(resolved),
    outputs: definition.outputs.map((output, place) => ({
      ...output,
      values: Array.from(result?.outputs[place]?.subarray(start, end) ?? [], finite),
    })),
  };
}

/** The instant a page starts after; null for the first page. */
function timeCursor(after: string | null | undefined): number | null {
  if (after === null || after === undefined) return null;
  const [time] = decodeCursor(after, 1);
  if (typeof time === "number" && Number.isFinite(time)) return time;
  throw invalidInput("after", "is not a cursor of this list");
}

const cursorOf = (time: number | undefined): string | null =>
  time === undefined ? null : encodeCursor([time]);

const instantText = (time: number): string => new Date(time).toISOString();

/** Null for what is not a number; zero for a negative zero. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value + 0 : null;
