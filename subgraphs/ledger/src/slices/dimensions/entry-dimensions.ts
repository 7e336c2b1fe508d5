import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { defineTable, required } from "../../engine/table.ts";
import { counterpartyOf } from "../counterparties/counterparty.ts";

/** Its value of each dimension that an entry has one of. */
export type EntryDimensions = Readonly<Record<string, string>>;

/** As JSON keeps them. */
export const storedDimensions = z.record(z.string(), z.string());

/** The dimension whose values are the counterparties of the fund itself; no tenant has to declare it. */
export const COUNTERPARTY_DIMENSION = "counterparty";

export const isDimensionName = (name: string): boolean => /^[a-z][A-Za-z0-9]{0,39}$/.test(name);
export const isDimensionValue = (value: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/.test(value);

/** What postings are decided by; events have the rest. */
export interface DimensionState {
  readonly dimension: string;
  readonly version: number;
  /** Of its newest version. */
  readonly position: number;
  readonly isActive: boolean;
  readonly requiredTypes: readonly AccountType[];
  readonly requiredCodes: readonly string[];
  /** How many values it has. */
  readonly values: number;
}

/** The tenant's dimensions, in the tenant's own book. */
export const DIMENSION = defineTable<DimensionState>({
  name: "dimension",
  bookColumn: "book_id",
  keyColumn: "dimension",
  columns: [
    { name: "dimension", type: "text", of: ({ dimension }) => dimension, fixed: true },
    { name: "version", type: "integer", of: ({ version }) => version },
    { name: "position", type: "bigint", of: ({ position }) => position },
    { name: "is_active", type: "boolean", of: ({ isActive }) => isActive },
    { name: "required_types", type: "text", of: ({ requiredTypes: all }) => JSON.stringify(all) },
    { name: "required_codes", type: "text", of: ({ requiredCodes: all }) => JSON.stringify(all) },
    { name: "value_count", type: "integer", of: ({ values }) => values },
  ],
  read: (texts) => ({
    dimension: required(texts, "dimension"),
    version: Number(required(texts, "version")),
    position: Number(required(texts, "position")),
    isActive: required(texts, "is_active") === "true",
    requiredTypes: JSON.parse(required(texts, "required_types")) as AccountType[],
    requiredCodes: JSON.parse(required(texts, "required_codes")) as string[],
    values: Number(required(texts, "value_count")),
  }),
});

interface ValueState {
  readonly key: string;
  readonly dimension: string;
  readonly value: string;
  readonly name: string;
  readonly isActive: boolean;
}

export const valueKey = (dimension: string, value: string): string => `${dimension}/${value}`;

export const DIMENSION_VALUE = defineTable<ValueState>({
  name: "dimension_value",
  bookColumn: "book_id",
  keyColumn: "key",
  columns: [
    { name: "key", type: "text", of: ({ key }) => key, fixed: true },
    { name: "dimension", type: "text", of: ({ dimension }) => dimension, fixed: true },
    { name: "value", type: "text", of: ({ value }) => value, fixed: true },
    { name: "name", type: "text", of: ({ name }) => name },
    { name: "is_active", type: "boolean", of: ({ isActive }) => isActive },
  ],
  read: (texts) => ({
    key: required(texts, "key"),
    dimension: required(texts, "dimension"),
    value: required(texts, "value"),
    name: required(texts, "name"),
    isActive: required(texts, "is_active") === "true",
  }),
});

/** What an entry's dimensions are checked by. */
interface Books {
  /** The fund's. */
  readonly fund: BookState;
  /** The tenant's own; undefined while it has nothing. */
  readonly tenant: BookState | undefined;
}

interface TaggedAccount {
  readonly code: string;
  readonly type: AccountType;
}

interface TaggedEntry {
  readonly account: TaggedAccount;
  readonly dimensions: EntryDimensions | undefined;
  /** Of the entry in the input. */
  readonly path: string;
  /** It repeats what stands in the book, so values that are no longer in use are as good. */
  readonly isRepeated: boolean;
  /** Its account may need values. */
  readonly isComplete: boolean;
}

const MOST_OF_ENTRY = 20;

/** Refuses values that there are not, and an account's entry without those that it needs. */
export function refuseDimensions({ fund, tenant }: Books, entry: TaggedEntry): void {
  const { dimensions, path, isRepeated } = entry;
  if (dimensions !== undefined) {
    const named = Object.entries(dimensions);
    if (named.length < 1 || named.length > MOST_OF_ENTRY) {
      throw invalidInput(`${path}.dimensions`, `must be 1 to ${MOST_OF_ENTRY}`);
    }
    for (const [dimension, value] of named) {
      const wrong =
        dimension === COUNTERPARTY_DIMENSION
          ? wrongCounterparty(fund, value, isRepeated)
          : wrongValue(tenant, dimension, value, isRepeated);
      if (wrong !== undefined) throw invalidInput(`${path}.dimensions.${dimension}`, wrong);
    }
  }
  if (entry.isComplete && tenant !== undefined && !tenant.isEmpty(DIMENSION)) {
    refuseIncomplete(tenant, entry);
  }
}

/** What opposes or closes entries of the book has their values; what administration posts has none. */
const REPEATING: ReadonlySet<string> = new Set(["REVERSAL", "CLOSING", "REOPENING"]);

/** The same of an entry of a posting from a source, by its place among the entries. */
export function refuseEntryDimensions(
  books: Books,
  { kind }: { readonly kind: string },
  account: TaggedAccount,
  { dimensions }: { readonly dimensions?: EntryDimensions | undefined },
  index: number,
): void {
  if (dimensions === undefined && books.tenant === undefined) return;
  const isRepeated = REPEATING.has(kind);
  const isComplete = !isRepeated && kind !== "ADMINISTRATION";
  const path = `entries.${index}`;
  refuseDimensions(books, { account, dimensions, path, isRepeated, isComplete });
}

function wrongCounterparty(fund: BookState, id: string, isRepeated: boolean): string | undefined {
  const counterparty = counterpartyOf(fund, id);
  if (counterparty === undefined) return "is not the id of a counterparty of the fund";
  return counterparty.isClosed && !isRepeated ? "is a closed counterparty" : undefined;
}

function wrongValue(
  tenant: BookState | undefined,
  dimension: string,
  value: string,
  isRepeated: boolean,
): string | undefined {
  const declared = tenant?.get(DIMENSION, dimension);
  if (declared === undefined) return "is not a dimension of the tenant";
  const known = tenant?.get(DIMENSION_VALUE, valueKey(dimension, value));
  if (known === undefined) return "is not a value of the dimension";
  const isActive = declared.isActive && known.isActive;
  return isActive || isRepeated ? undefined : "is no longer in use";
}

function refuseIncomplete(tenant: BookState, { account, dimensions, path }: TaggedEntry): void {
  for (const { dimension, isActive, requiredTypes, requiredCodes } of tenant
    .all(DIMENSION)
    .values()) {
    if (!isActive || dimensions?.[dimension] !== undefined) continue;
    const isRequired =
      requiredTypes.includes(account.type) ||
      requiredCodes.some((code) => account.code.startsWith(code));
    if (!isRequired) continue;
    throw new AppError(
      "DIMENSION_REQUIRED",
      `Account ${account.code} needs a value of the dimension ${dimension}.`,
      { violations: [{ path: `${path}.dimensions.${dimension}`, message: "is required" }] },
    );
  }
}

/** In the order of their names, so that the same dimensions are the same text. */
export const spellDimensions = (dimensions: EntryDimensions | undefined): string =>
  dimensions === undefined
    ? ""
    : JSON.stringify(Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
