import { DateTimeScalar, PageInfoObject } from "@allfunds/platform/graphql/types";
import {
  Directive,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from "type-graphql";
import { CurrencyConversionObject } from "../prices/conversion-graphql.ts";
import { GapPolicy } from "../series/gap-policy.ts";
import type { IndicatorDefinition, OutputUnit, SomeParameters } from "./definitions/definition.ts";
import { INDICATOR_KINDS, INDICATORS } from "./definitions/table.ts";
import type { IndicatorKind } from "./definitions/table.ts";
import type { IndicatorGapPolicy } from "./indicator-task.ts";
import { AVERAGE_KINDS } from "./kernels/averages.ts";
import type { AverageKind } from "./kernels/averages.ts";
import { VWAP_ANCHORS } from "./kernels/volume.ts";
import type { VwapAnchor } from "./kernels/volume.ts";

/** The names as an enum object: each value is its own name. */
const enumOf = <Name extends string>(names: readonly Name[]): Readonly<Record<string, Name>> =>
  Object.fromEntries(names.map((name) => [name, name]));

export const IndicatorKindEnum = enumOf(INDICATOR_KINDS);

/** What the schema states about an indicator: its definition, its parameters and its outputs. */
function describe({ title, description, parameters, outputs }: IndicatorDefinition): string {
  const defaults = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const names = outputs.map(({ name }) => `\`${name}\``);
  return [
    `${title}. ${description}`,
    defaults.length === 0 ? "Parameters: none." : `Parameters: ${defaults.join(", ")}.`,
    `Outputs: ${names.join(", ")}.`,
  ].join(" ");
}

registerEnumType(IndicatorKindEnum, {
  name: "IndicatorKind",
  description:
    "An indicator of an instrument's bars. A bar without a part that the indicator reads has no value and does not change what follows.",
  valuesConfig: Object.fromEntries(
    INDICATOR_KINDS.map((kind) => [kind, { description: describe(INDICATORS[kind]) }]),
  ),
});

const MovingAverageKindEnum = enumOf(AVERAGE_KINDS);
registerEnumType(MovingAverageKindEnum, {
  name: "MovingAverageKind",
  description: "The average that an indicator is built on; `IndicatorKind` defines each.",
});

const VwapAnchorEnum = enumOf(VWAP_ANCHORS);
registerEnumType(VwapAnchorEnum, {
  name: "VwapAnchor",
  description: "From where a volume-weighted average price runs.",
  valuesConfig: {
    SERIES: { description: "The first bar of the history." },
    DAY: { description: "The first bar of each UTC day." },
  },
});

export const IndicatorGapPolicyEnum = enumOf([GapPolicy.CONTINUE, GapPolicy.RESTART]);
registerEnumType(IndicatorGapPolicyEnum, {
  name: "IndicatorGapPolicy",
  description: "What an indicator does at a gap of the series.",
  valuesConfig: {
    CONTINUE: { description: "It runs on over the gap, as TA-Lib does." },
    RESTART: { description: "It starts anew behind the gap, with its warm-up." },
  },
});

const IndicatorUnitEnum = enumOf<OutputUnit>(["PRICE", "PERCENT", "RATIO", "INDEX", "VOLUME"]);
registerEnumType(IndicatorUnitEnum, {
  name: "IndicatorUnit",
  description: "What an output of an indicator is counted in.",
  valuesConfig: {
    PRICE: { description: "Units of the price." },
    PERCENT: { description: "Percent: 25 is 25 %." },
    RATIO: { description: "A ratio: 0.25 is 25 %." },
    INDEX: { description: "A scale of its own, such as 0 to 100." },
    VOLUME: { description: "Units of the volume." },
  },
});

const period = (description: string) => ({
  nullable: true,
  description: `${description}, 1 to 1000.`,
});
const factor = (description: string) => ({
  nullable: true,
  description: `${description}, 0 to 1000.`,
});
const part = (description: string) => ({ nullable: true, description: `${description}, 0 to 1.` });
const kindOf = (description: string) => ({ nullable: true, description: `${description}.` });

@InputType("IndicatorParameters", {
  description:
    "Parameters of an indicator. `IndicatorKind` names those that each takes, with their defaults; another one is INVALID_INPUT.",
})
export class IndicatorParametersInput {
  @Field(() => Int, period("Bars in the window; some indicators need 2 or more"))
  period?: number | null;

  @Field(() => Int, period("Bars of the fast average or the shortest window"))
  fastPeriod?: number | null;

  @Field(() => Int, period("Bars of the middle window"))
  middlePeriod?: number | null;

  @Field(() => Int, period("Bars of the slow average or the longest window"))
  slowPeriod?: number | null;

  @Field(() => Int, period("Bars of the signal's average"))
  signalPeriod?: number | null;

  @Field(() => Int, period("Bars of the average true range"))
  rangePeriod?: number | null;

  @Field(() => Int, period("Bars of the average that makes %K slow"))
  slowKPeriod?: number | null;

  @Field(() => Int, period("Bars by which spans are moved"))
  displacement?: number | null;

  @Field(() => MovingAverageKindEnum, kindOf("Kind of the average"))
  average?: AverageKind | null;

  @Field(() => MovingAverageKindEnum, kindOf("Kind of the fast average"))
  fastAverage?: AverageKind | null;

  @Field(() => MovingAverageKindEnum, kindOf("Kind of the slow average"))
  slowAverage?: AverageKind | null;

  @Field(() => MovingAverageKindEnum, kindOf("Kind of the signal's average"))
  signalAverage?: AverageKind | null;

  @Field(() => Float, factor("Standard deviations above the middle"))
  deviationsUp?: number | null;

  @Field(() => Float, factor("Standard deviations below the middle"))
  deviationsDown?: number | null;

  @Field(() => Float, factor("Average true ranges on either side of the middle"))
  multiplier?: number | null;

  @Field(() => Float, part("Tillson's volume factor"))
  volumeFactor?: number | null;

  @Field(() => Float, part("Step of the acceleration, of long positions for SAREXT"))
  acceleration?: number | null;

  @Field(() => Float, part("Largest acceleration, of long positions for SAREXT"))
  accelerationMaximum?: number | null;

  @Field(() => Float, part("First acceleration of long positions"))
  accelerationInitial?: number | null;

  @Field(() => Float, part("Step of the acceleration of short positions"))
  shortAcceleration?: number | null;

  @Field(() => Float, part("Largest acceleration of short positions"))
  shortAccelerationMaximum?: number | null;

  @Field(() => Float, part("First acceleration of short positions"))
  shortAccelerationInitial?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "First stop: of a long position, or negative of a short one; 0 to take the bars'.",
  })
  startValue?: number | null;

  @Field(() => Float, part("Part by which the stop moves away when the position turns"))
  offsetOnReverse?: number | null;

  @Field(() => Int, period("Shortest period of an average whose period varies"))
  minimumPeriod?: number | null;

  @Field(() => Int, period("Longest period of an average whose period varies"))
  maximumPeriod?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the instrument whose closes are the periods of MAVP.",
  })
  periodsInstrumentId?: string | null;

  @Field(() => VwapAnchorEnum, { nullable: true, description: "From where VWAP runs." })
  anchor?: VwapAnchor | null;
}

@InputType("IndicatorRequest", { description: "One indicator with its parameters." })
export class IndicatorRequestInput {
  // Each one runs over the whole history.
  @Directive("@cost(weight: 20)")
  @Field(() => IndicatorKindEnum, { description: "Which indicator." })
  kind!: IndicatorKind;

  @Field(() => IndicatorParametersInput, {
    defaultValue: {},
    description: "Its parameters; its defaults where none are given.",
  })
  parameters!: IndicatorParametersInput;
}

/** The parameters that a client gave, without those it left out. */
export const givenParameters = (input: IndicatorParametersInput): SomeParameters =>
  Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== null && value !== undefined),
  );

@ObjectType("IndicatorOutput", { description: "One line of an indicator." })
export class IndicatorOutputObject {
  @Field(() => String, { description: "Its name, such as `value`, `signal` or `upper`." })
  name!: string;

  @Field(() => IndicatorUnitEnum, { description: "What its values are counted in." })
  unit!: OutputUnit;

  @Field(() => [Float], {
    nullable: "items",
    description:
      "A value for each of the page's times; null in the warm-up and where the bar lacks a part.",
  })
  values!: (number | null)[];
}

@ObjectType("IndicatorParameter", { description: "A parameter that was used." })
export class IndicatorParameterObject {
  @Field(() => String, { description: "Its name, as in `IndicatorParameters`." })
  name!: string;

  @Field(() => String, { description: "Its value as text." })
  value!: string;
}

@ObjectType("IndicatorSeries", { description: "An indicator over a page of bars." })
export class IndicatorSeriesObject {
  @Field(() => IndicatorKindEnum, { description: "Which indicator." })
  kind!: IndicatorKind;

  @Field(() => [IndicatorParameterObject], { description: "The parameters, defaults included." })
  parameters!: IndicatorParameterObject[];

  @Field(() => Int, { description: "Bars before the first one with a value." })
  warmUp!: number;

  // The Ichimoku cloud has the most.
  @Directive("@listSize(assumedSize: 5)")
  @Field(() => [IndicatorOutputObject], { description: "Its lines." })
  outputs!: IndicatorOutputObject[];
}

@ObjectType("IndicatorGap", {
  description: "A hole in the series that its calendar does not explain.",
})
export class IndicatorGapObject {
  @Field(() => DateTimeScalar, { description: "The last bar before it." })
  from!: string;

  @Field(() => DateTimeScalar, { description: "The first bar behind it." })
  to!: string;

  @Field(() => Int, {
    description:
      "Bars that the calendar expects in between; 0 where only parts of the two bars are missing.",
  })
  missing!: number;
}

@ObjectType("IndicatorPage", { description: "Indicators over a page of an instrument's bars." })
export class IndicatorPageObject {
  @Field(() => [DateTimeScalar], { description: "The start of each bar, in order." })
  times!: string[];

  // As many as requests, at most.
  @Directive("@listSize(assumedSize: 10)")
  @Field(() => [IndicatorSeriesObject], { description: "In the order of the requests." })
  series!: IndicatorSeriesObject[];

  @Field(() => IndicatorGapPolicyEnum, { description: "What was done at gaps." })
  gapPolicy!: IndicatorGapPolicy;

  @Field(() => CurrencyConversionObject, {
    nullable: true,
    description: "How the bars were converted; null in the instrument's own currency.",
  })
  conversion!: CurrencyConversionObject | null;

  @Field(() => [IndicatorGapObject], {
    description: "The first 100 gaps of the whole history, in order.",
  })
  gaps!: IndicatorGapObject[];

  @Field(() => PageInfoObject, { description: "Where the page lies." })
  pageInfo!: PageInfoObject;
}
