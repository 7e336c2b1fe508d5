/** The files of fund administration. */
export const FUND_FILE_KINDS = {
  TRADES: "TRADES",
  POSITIONS: "POSITIONS",
  PRICES: "PRICES",
  EXCHANGE_RATES: "EXCHANGE_RATES",
  ORDERS: "ORDERS",
  INVESTORS: "INVESTORS",
} as const;
export type FundFileKind = keyof typeof FUND_FILE_KINDS;

/** A line of a file in the form the graph takes: decimals with a point, dates as YYYY-MM-DD. */
export interface FileLine {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
}

/** A field that a file has a column for. */
export interface FileField {
  readonly name: string;
  readonly type: "text" | "date" | "decimal" | "instant";
  readonly isNeeded: boolean;
  /** Other names that its column has in files, compared without case and signs. */
  readonly aliases: readonly string[];
  /** The only values there are. */
  readonly words?: readonly string[];
}

const field = (
  type: FileField["type"],
  isNeeded: boolean,
  name: string,
  aliases: readonly string[] = [],
): FileField => ({ name, type, isNeeded, aliases });

const oneOf = (isNeeded: boolean, name: string, words: readonly string[]): FileField => ({
  ...field("text", isNeeded, name),
  words,
});

const ISIN = field("text", true, "isin", ["security", "instrument"]);
const DATE = field("date", true, "date");

/** Of the system that the file is from; only the words for what did not take effect there count. */
const STATUS = field("text", false, "status", ["state"]);

/** Of lists that are exported: the id of a record, and where it stands in its book. */
const RECORD_ID = field("text", false, "id");
const POSITION = field("text", false, "position");
const LINE = field("text", false, "line");

const WITHOUT_EFFECT = new Set(["CANCELLED", "CANCELED", "REJECTED"]);

/** Whether a line lists what was taken back or refused: it is no new order or trade. */
export const isWithoutEffect = ({ values }: FileLine): boolean =>
  WITHOUT_EFFECT.has((values.get("status") ?? "").toUpperCase());

/** What each file is read for. */
export const FIELDS: Readonly<Record<FundFileKind, readonly FileField[]>> = {
  TRADES: [
    ISIN,
    oneOf(true, "side", ["BUY", "SELL"]),
    field("date", true, "tradeDate"),
    field("date", true, "settlementDate", ["settleDate", "valueDate"]),
    field("text", false, "time"),
    field("decimal", true, "quantity", ["units", "nominal"]),
    field("decimal", true, "price"),
    field("text", false, "currency"),
    field("decimal", false, "gross", ["grossAmount", "executedAmount"]),
    field("decimal", false, "costs", ["fees", "commission"]),
    field("decimal", false, "accrued", ["accruedInterest"]),
    field("decimal", false, "exchangeRate", ["fxRate"]),
    field("decimal", false, "rateUnits"),
    field("decimal", false, "ratePer"),
    oneOf(false, "unitsBasis", ["NEW", "OLD"]),
    field("text", false, "namedLots"),
    RECORD_ID,
    POSITION,
    field("text", false, "reference", ["tradeReference"]),
    STATUS,
  ],
  POSITIONS: [
    ISIN,
    field("decimal", true, "quantity", ["units", "nominal"]),
    field("date", true, "asOf", ["date", "positionDate"]),
    field("text", false, "custodian"),
  ],
  PRICES: [
    ISIN,
    DATE,
    field("decimal", true, "price", ["close"]),
    field("text", true, "currency"),
    oneOf(false, "kind", ["LAST", "BID", "MID", "NOMINAL_PERCENT"]),
    field("text", true, "source"),
    POSITION,
    LINE,
  ],
  EXCHANGE_RATES: [
    DATE,
    field("text", true, "base", ["from"]),
    field("text", true, "quote", ["to"]),
    field("decimal", true, "rate"),
    field("text", true, "source"),
    POSITION,
    LINE,
  ],
  ORDERS: [
    field("text", false, "reference", ["orderReference"]),
    field("text", true, "isin", ["shareClass"]),
    field("text", true, "investor", ["investorId", "account", "investorReference"]),
    oneOf(true, "kind", ["SUBSCRIPTION", "REDEMPTION", "SWITCH", "TRANSFER"]),
    field("decimal", false, "amount"),
    field("decimal", false, "units"),
    field("decimal", false, "chargeRate"),
    field("instant", false, "receivedAt", ["received"]),
    field("text", false, "toIsin"),
    field("text", false, "toInvestor", ["toInvestorId"]),
    oneOf(false, "leg", ["OUT", "IN"]),
    STATUS,
  ],
  INVESTORS: [
    field("text", true, "reference"),
    oneOf(true, "kind", ["PERSON", "LEGAL_ENTITY"]),
    field("text", true, "taxCountry", ["country"]),
    field("text", true, "name"),
    field("text", false, "address"),
    field("date", false, "dateOfBirth", ["birthDate"]),
    field("text", false, "taxNumber"),
    field("text", false, "bankAccount", ["iban"]),
    field("text", false, "email"),
    oneOf(false, "kycState", ["PENDING", "CLEARED", "EXPIRED", "BLOCKED"]),
    field("date", false, "kycUntil"),
    field("text", false, "isErased"),
  ],
};

/** What shows in which order the lines of a file came about: the first of which a file has all. */
const ORDERED_BY: Readonly<Partial<Record<FundFileKind, readonly (readonly string[])[]>>> = {
  TRADES: [["position"], ["tradeDate"]],
  PRICES: [["position", "line"], ["position"]],
  EXCHANGE_RATES: [["position", "line"], ["position"]],
  ORDERS: [["receivedAt"]],
};

/** Lines in the order in which they came about: many lists begin with the last. */
export function asRecorded(kind: FundFileKind, lines: readonly FileLine[]): readonly FileLine[] {
  const by = ORDERED_BY[kind]?.find((names) =>
    names.every((name) =>
      lines.every(({ values }) => (NUMBERS.has(name) ? PLACE : /./).test(values.get(name) ?? "")),
    ),
  );
  if (by === undefined) return lines;
  const places = lines.map(({ values }) => by.map((name) => placeOf(values.get(name) ?? "")));
  const steps = places.slice(1).map((place, index) => compare(place, places[index] ?? []));
  return steps.includes(-1) && !steps.includes(1) ? lines.toReversed() : lines;
}

type Place = readonly (number | string)[];

function compare(place: Place, other: Place): -1 | 0 | 1 {
  for (const [index, part] of place.entries()) {
    const against = other[index] ?? part;
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}

const NUMBERS = new Set(["position", "line"]);
const PLACE = /^\d+$/;

/** Positions are numbers; days and instants compare as texts. */
const placeOf = (text: string): number | string =>
  PLACE.test(text) ? Number(text) : /T/.test(text) ? Date.parse(text) : text;

/** How many lines one command takes. */
export const mostRowsOf = (kind: FundFileKind): number =>
  kind === "TRADES" || kind === "ORDERS" ? 1_000 : 10_000;
