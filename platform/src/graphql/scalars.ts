import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  valueFromASTUntyped,
  visit,
  type ValueNode,
} from "graphql";
import { isExactNumber, parseExactJson } from "../exact-json.ts";
import { isCalendarDate } from "../dates.ts";
import { parseDecimal } from "@allfunds/contract/money";

const refuse = (name: string, expectation: string): never => {
  throw new GraphQLError(`${name} must be ${expectation}`, {
    extensions: { code: "INVALID_INPUT" },
  });
};

/** A scalar that is a JSON string and is validated on input. */
function stringScalar(
  name: string,
  description: string,
  expectation: string,
  accepts: (text: string) => boolean,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string =>
    typeof value === "string" && accepts(value) ? value : refuse(name, expectation);
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const isDecimal = (text: string): boolean => {
  try {
    parseDecimal(text);
    return true;
  } catch {
    return false;
  }
};

export const DateScalar = stringScalar(
  "Date",
  "A calendar date without a time zone, ISO 8601: `2026-01-31`.",
  "an existing calendar date such as 2026-01-31",
  isCalendarDate,
);

export const DateTimeScalar = stringScalar(
  "DateTime",
  "An instant in UTC, RFC 3339: `2026-01-31T12:00:00.000Z`.",
  "an RFC 3339 instant in UTC such as 2026-01-31T12:00:00Z",
  (text) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
);

/** Input stays text, because only the domain has the currency that decides whether it is valid. */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: "Decimal",
  description:
    'An exact decimal number as a string: `"1234.56"`. Never a JSON number, never an exponent.',
  serialize: (value) => {
    const text = String(value);
    return isDecimal(text) ? text : refuse("Decimal", "a decimal string");
  },
  parseValue: (value) =>
    typeof value === "string" ? value : refuse("Decimal", 'a string such as "1234.56"'),
  parseLiteral: (node) =>
    node.kind === Kind.STRING ? node.value : refuse("Decimal", 'a string such as "1234.56"'),
});

const parseSafeInt = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value)
    ? value
    : refuse("SafeInt", "an integer between -(2^53-1) and 2^53-1");

export const SafeIntScalar = new GraphQLScalarType<number, number>({
  name: "SafeInt",
  description: "An integer of up to 53 bits, as a JSON number: positions, versions and counts.",
  serialize: (value) =>
    parseSafeInt(typeof value === "bigint" || typeof value === "string" ? Number(value) : value),
  parseValue: parseSafeInt,
  parseLiteral: (node) => parseSafeInt(node.kind === Kind.INT ? Number(node.value) : undefined),
});

export const CursorScalar = stringScalar(
  "Cursor",
  "An opaque place in a list or feed; pass back what you were given.",
  "a cursor that was given out earlier",
  // A place in the feed names each of up to a hundred databases.
  (text) => /^[\w-]{1,16384}$/.test(text),
);

/** Values of variables that were read by their types already, which are not searched again. */
const READ = new WeakSet<object>();
export const noteAsRead = (value: unknown): void => {
  if (typeof value === "object" && value !== null) READ.add(value);
};

/** Stored as a double, such a number would come back as another one. */
function refuseLongNumbers(value: unknown): unknown {
  if (typeof value === "object" && value !== null && READ.has(value)) return value;
  if (isExactNumber(value)) {
    return refuse("JSON", `without the number ${value.rawJSON.slice(0, 40)}: send it as a text`);
  }
  if (typeof value === "object" && value !== null) Object.values(value).forEach(refuseLongNumbers);
  return value;
}

function refuseLongLiteral({ value }: { readonly value: string }): void {
  refuseLongNumbers(parseExactJson(`[${value}]`));
}

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: "JSON",
  description: "Any JSON value.",
  serialize: (value) => value,
  parseValue: refuseLongNumbers,
  parseLiteral: (node, variables) => {
    visit(node, { IntValue: refuseLongLiteral, FloatValue: refuseLongLiteral });
    return valueFromASTUntyped(node, variables);
  },
});
