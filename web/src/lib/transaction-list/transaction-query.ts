import type { Language } from "../language/languages.ts";
import type { Translate } from "../language/messages.ts";
import { formatAmount, pointOf } from "../money/format-money.ts";
import { readAmount } from "../money/read-amount.ts";
import { signOf } from "../money/money.ts";
import type { TransactionFilter, TransactionOrder } from "../graph/graph-types.generated.ts";

const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const POSITION = /^[1-9]\d{0,14}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The orders a reader can choose. */
export const ORDERS = [
  "EFFECTIVE_DATE_DESC",
  "EFFECTIVE_DATE_ASC",
  "POSITION_DESC",
  "POSITION_ASC",
] as const satisfies readonly TransactionOrder[];

/** The filter of transactions as entered; an empty text does not filter. */
export interface TransactionQuery {
  text: string;
  reference: string;
  /** An account, or several of which one is enough, with commas between them. */
  account: string;
  /** The name of a dimension and the value that the entry has of it. */
  dimension: string;
  value: string;
  /** Names of dimensions that the entry has no value of, with commas between them. */
  without: string;
  /** "yes" for the entries that a direct cash-flow statement has. */
  cash: string;
  /** "no" without closings of years, "yes" for these alone. */
  yearEnd: string;
  /** The position of the book up to which the list is; empty for its end. */
  knownAt: string;
  /** DEBIT or CREDIT. */
  side: string;
  amountFrom: string;
  amountTo: string;
  from: string;
  to: string;
  /** The id of the user or API client that posted. */
  maker: string;
  /** "yes" or "no". */
  reversed: string;
  order: string;
}

const FIELDS = [
  "text",
  "reference",
  "account",
  "dimension",
  "value",
  "without",
  "cash",
  "yearEnd",
  "knownAt",
  "side",
  "amountFrom",
  "amountTo",
  "from",
  "to",
  "maker",
  "reversed",
  "order",
] as const satisfies readonly (keyof TransactionQuery)[];

export function readTransactionQuery(search: URLSearchParams): TransactionQuery {
  const pairs = FIELDS.map((field) => [field, search.get(field)?.trim() ?? ""]);
  return Object.fromEntries(pairs) as TransactionQuery;
}

/** Sentences by field for what cannot be read. Such a filter lists nothing: a wider list would mislead. */
export type QueryErrors = Partial<Record<keyof TransactionQuery, string>>;

export function checkTransactionQuery(
  query: TransactionQuery,
  language: Language,
  t: Translate,
): QueryErrors {
  const errors: QueryErrors = {};
  for (const field of ["amountFrom", "amountTo"] as const) {
    if (query[field] !== "" && plainAmount(query[field], pointOf(language)) === undefined) {
      errors[field] = t("filter.badAmount", { example: formatAmount("1234.50", language) });
    }
  }
  for (const field of ["from", "to"] as const) {
    if (query[field] !== "" && !CALENDAR_DATE.test(query[field]))
      errors[field] = t("filter.badDate");
  }
  if (query.from !== "" && query.to !== "" && query.from > query.to) {
    errors.to ??= t("filter.badOrder");
  }
  if (query.account !== "" && !accountsOf(query).every((id) => UUID.test(id)))
    errors.account = t("filter.badAccount");
  if (query.knownAt !== "" && !POSITION.test(query.knownAt)) {
    errors.knownAt = t("filter.badPosition");
  }
  if (query.text !== "" && !/[\p{L}\p{N}]/u.test(query.text)) errors.text = t("filter.badText");
  return errors;
}

/** The filter for the graph, by the decimal sign of the reader. Only for a query without errors. */
export function toTransactionFilter(query: TransactionQuery, point: string): TransactionFilter {
  const filter: TransactionFilter = {
    text: query.text || null,
    reference: query.reference || null,
    accountIds: query.account === "" ? null : accountsOf(query),
    dimensions:
      query.dimension === "" ? null : [{ dimension: query.dimension, value: query.value }],
    withoutDimensions: query.without === "" ? null : query.without.split(","),
    movesCash: toBoolean(query.cash),
    isYearEnd: toBoolean(query.yearEnd),
    side: query.side === "DEBIT" || query.side === "CREDIT" ? query.side : null,
    amountFrom: plainAmount(query.amountFrom, point) ?? null,
    amountTo: plainAmount(query.amountTo, point) ?? null,
    effectiveFrom: query.from || null,
    effectiveTo: query.to || null,
    postedBy: query.maker || null,
    isReversed: toBoolean(query.reversed),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
}

const toBoolean = (answer: string): boolean | null =>
  answer === "yes" || answer === "no" ? answer === "yes" : null;

/** The position up to which a list is read; null for the end of the book. Only for a query without errors. */
export const knownAtOf = ({ knownAt }: TransactionQuery): number | null =>
  knownAt === "" ? null : Number(knownAt);

/** The accounts of a query; none for all. */
export const accountsOf = ({ account }: Pick<TransactionQuery, "account">): string[] =>
  account === "" ? [] : account.split(",");

export const orderOf = ({ order }: TransactionQuery): TransactionOrder =>
  ORDERS.find((each) => each === order) ?? "EFFECTIVE_DATE_DESC";

/** The query as a part of an address, with what else the address has: a cursor, a format. */
export function transactionSearch(
  query: TransactionQuery,
  others: Record<string, string> = {},
): string {
  const pairs = Object.entries({ ...query, ...others }).filter(([, value]) => value !== "");
  return `?${new URLSearchParams(pairs)}`;
}

/** Whether anything but the order was chosen. */
export const isFiltered = (query: TransactionQuery): boolean =>
  Object.entries(query).some(([field, value]) => field !== "order" && value !== "");

function plainAmount(text: string, point: string): string | undefined {
  const plain = readAmount(text, undefined, point);
  return plain === undefined || signOf(plain) < 0 ? undefined : plain;
}
