import { isId } from "@allfunds/platform/ids";

/** Every indicator, as the graph names it. */
export const INDICATOR_NAMES = [
  "SMA",
  "EMA",
  "WMA",
  "DEMA",
  "TEMA",
  "TRIMA",
  "KAMA",
  "T3",
  "MA",
  "MAVP",
  "MIDPOINT",
  "MIDPRICE",
  "BBANDS",
  "ACCBANDS",
  "SAR",
  "SAREXT",
  "KELTNER",
  "DONCHIAN",
  "ICHIMOKU",
  "PLUS_DI",
  "PLUS_DM",
  "MINUS_DI",
  "MINUS_DM",
  "DX",
  "ADX",
  "ADXR",
  "MOM",
  "ROC",
  "ROCP",
  "ROCR",
  "ROCR100",
  "APO",
  "PPO",
  "MACD",
  "MACDFIX",
  "MACDEXT",
  "TRIX",
  "RSI",
  "CMO",
  "BOP",
  "CCI",
  "IMI",
  "MFI",
  "ULTOSC",
  "STOCH",
  "STOCHF",
  "STOCHRSI",
  "WILLR",
  "AROON",
  "AROONOSC",
  "AD",
  "ADOSC",
  "OBV",
  "VWAP",
  "ATR",
  "NATR",
  "TRANGE",
] as const;
type IndicatorName = (typeof INDICATOR_NAMES)[number];

/** The averages that an indicator may be built on. */
export const AVERAGE_NAMES = ["SMA", "EMA", "WMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3"] as const;
type AverageName = (typeof AVERAGE_NAMES)[number];

/** From where a volume-weighted average price runs. */
export const ANCHOR_NAMES = ["SERIES", "DAY"] as const;
type AnchorName = (typeof ANCHOR_NAMES)[number];

/** What the value of each parameter is. */
const INDICATOR_PARAMETERS = {
  period: "INTEGER",
  fastPeriod: "INTEGER",
  middlePeriod: "INTEGER",
  slowPeriod: "INTEGER",
  signalPeriod: "INTEGER",
  rangePeriod: "INTEGER",
  slowKPeriod: "INTEGER",
  displacement: "INTEGER",
  average: "AVERAGE",
  fastAverage: "AVERAGE",
  slowAverage: "AVERAGE",
  signalAverage: "AVERAGE",
  deviationsUp: "NUMBER",
  deviationsDown: "NUMBER",
  multiplier: "NUMBER",
  volumeFactor: "NUMBER",
  acceleration: "NUMBER",
  accelerationMaximum: "NUMBER",
  accelerationInitial: "NUMBER",
  shortAcceleration: "NUMBER",
  shortAccelerationMaximum: "NUMBER",
  shortAccelerationInitial: "NUMBER",
  startValue: "NUMBER",
  offsetOnReverse: "NUMBER",
  anchor: "ANCHOR",
  minimumPeriod: "INTEGER",
  maximumPeriod: "INTEGER",
  periodsInstrumentId: "ID",
} as const;
type ParameterName = keyof typeof INDICATOR_PARAMETERS;

interface ValueTypes {
  readonly INTEGER: number;
  readonly NUMBER: number;
  readonly AVERAGE: AverageName;
  readonly ANCHOR: AnchorName;
  readonly ID: string;
}

/** One indicator with its parameters, as the graph takes it. */
export interface IndicatorRequest {
  readonly kind: IndicatorName;
  readonly parameters: {
    readonly [Name in ParameterName]?: ValueTypes[(typeof INDICATOR_PARAMETERS)[Name]];
  };
}

/** What cannot be read, as a sentence for the client. */
export class UnreadableIndicator extends Error {}

/** Most indicators of one request. */
export const MOST_INDICATORS = 10;

/** Reads `SMA(period=20),MACD(fastPeriod=12,slowPeriod=26),OBV`. */
export function readIndicators(text: string): IndicatorRequest[] {
  // A comma within parentheses separates parameters.
  const parts = text.split(/,(?![^(]*\))/);
  if (parts.length > MOST_INDICATORS) {
    throw new UnreadableIndicator(`must be 1 to ${MOST_INDICATORS} indicators`);
  }
  return parts.map(readIndicator);
}

function readIndicator(text: string): IndicatorRequest {
  const [, name = "", given] = /^([A-Z0-9_]{1,32})(?:\(([^()]*)\))?$/.exec(text) ?? [];
  const kind = INDICATOR_NAMES.find((known) => known === name);
  if (kind === undefined) {
    throw new UnreadableIndicator(
      `"${text.slice(0, 40)}" is no indicator such as OBV or SMA(period=20)`,
    );
  }
  const pairs = given ? given.split(",").map(readParameter) : [];
  const names = new Set(pairs.map(([parameter]) => parameter));
  if (names.size < pairs.length) {
    throw new UnreadableIndicator(`${kind} has a parameter more than once`);
  }
  return { kind, parameters: Object.fromEntries(pairs) };
}

function readParameter(text: string): [ParameterName, number | string] {
  const [, name = "", value = ""] = /^(\w{1,40})=(-?[\w.]{1,24}|[\da-f-]{36})$/.exec(text) ?? [];
  if (!isParameter(name)) {
    throw new UnreadableIndicator(`"${text.slice(0, 40)}" is no parameter such as period=20`);
  }
  const read = READERS[INDICATOR_PARAMETERS[name]](value);
  if (read === undefined) {
    throw new UnreadableIndicator(`${name} must not be "${value}"`);
  }
  return [name, read];
}

const isParameter = (name: string): name is ParameterName =>
  Object.hasOwn(INDICATOR_PARAMETERS, name);

const READERS: {
  readonly [Type in keyof ValueTypes]: (text: string) => ValueTypes[Type] | undefined;
} = {
  INTEGER: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
  NUMBER: (text) => (/^-?\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : undefined),
  AVERAGE: (text) => AVERAGE_NAMES.find((known) => known === text),
  ANCHOR: (text) => ANCHOR_NAMES.find((known) => known === text),
  ID: (text) => (isId(text) ? text : undefined),
};
