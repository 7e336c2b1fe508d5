import { readAmount } from "../money/read-amount.ts";
import { signOf } from "../money/money.ts";
import type { TransactionFilter, TransactionOrder } from "../graph/graph-types.generated.ts";

const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The orders a reader can choose, with their names. */
export const ORDERS = {
  EFFECTIVE_DATE_DESC: "Newest value date first",
  EFFECTIVE_DATE_ASC: "Oldest value date first",
  POSITION_DESC: "Last posted first",
  POSITION_ASC: "First posted first",
} as const satisfies Record<TransactionOrder, string>;

/** The filter of transactions as entered; an empty text does not filter. */
export interface TransactionQuery {
  text: string;
  reference: string;
  account: string;
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

export function checkTransactionQuery(query: TransactionQuery): QueryErrors {
  const errors: QueryErrors = {};
  for (const field of ["amountFrom", "amountTo"] as const) {
    if (query[field] !== "" && plainAmount(query[field]) === undefined) {
      errors[field] = "Enter an amount of zero or more, such as 1,234.50.";
    }
  }
  for (const field of ["from", "to"] as const) {
    if (query[field] !== "" && !CALENDAR_DATE.test(query[field])) errors[field] = "Choose a date.";
  }
  if (query.from !== "" && query.to !== "" && query.from > query.to) {
    errors.to ??= "Choose a date that is not before the first.";
  }
  if (query.account !== "" && !UUID.test(query.account)) errors.account = "Choose an account.";
  if (query.text !== "" && !/[\p{L}\p{N}]/u.test(query.text)) errors.text = "Enter a word.";
  return errors;
}

/** The filter for the graph. Only for a query without errors. */
export function toTransactionFilter(query: TransactionQuery): TransactionFilter {
  const filter: TransactionFilter = {
    text: query.text || null,
    reference: query.reference || null,
    accountIds: query.account === "" ? null : [query.account],
    side: query.side === "DEBIT" || query.side === "CREDIT" ? query.side : null,
    amountFrom: plainAmount(query.amountFrom) ?? null,
    amountTo: plainAmount(query.amountTo) ?? null,
    effectiveFrom: query.from || null,
    effectiveTo: query.to || null,
    postedBy: query.maker || null,
    isReversed: query.reversed === "yes" ? true : query.reversed === "no" ? false : null,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
}

export const orderOf = ({ order }: TransactionQuery): TransactionOrder =>
  order in ORDERS ? (order as TransactionOrder) : "EFFECTIVE_DATE_DESC";

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

function plainAmount(text: string): string | undefined {
  const plain = readAmount(text);
  return plain === undefined || signOf(plain) < 0 ? undefined : plain;
}
