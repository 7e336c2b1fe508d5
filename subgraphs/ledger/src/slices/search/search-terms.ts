import { createHash } from "node:crypto";
import { invalidInput } from "@allfunds/contract/errors";
import type { EntrySide, TransactionPosted } from "@allfunds/contract/events";
import { canonicalJson } from "../../engine/canonical-json.ts";

/**
 * What an event can be found by: any event by its ACTOR; a posted transaction also by the DATE of its value,
 * the IMPORT that posted it, the account and side of an ENTRY, and an entry's value of a DIMENSION.
 */
export type TermKind =
  | "ACTOR"
  | "AMOUNT"
  | "CURRENCY"
  | "DATE"
  | "DIMENSION"
  | "ENTRY"
  | "IMPORT"
  | "METADATA"
  | "REFERENCE"
  | "WORD";

export interface SearchTerm {
  readonly kind: TermKind;
  readonly term: string;
}

/** What each kind's terms begin with in the index. */
const PREFIXES: Readonly<Record<TermKind, string>> = {
  ACTOR: "a",
  AMOUNT: "m",
  CURRENCY: "c",
  DATE: "d",
  DIMENSION: "i",
  ENTRY: "e",
  IMPORT: "s",
  METADATA: "f",
  REFERENCE: "r",
  WORD: "w",
};

/** A term as the index has it, beside those of other kinds. */
export const keyOf = (kind: TermKind, term: string): string => `${PREFIXES[kind]}${term}`;

const MAX_WORDS = 100;
const MAX_WORD_CHARS = 64;
const MAX_TERM_CHARS = 256;

/** The words of a text: letters and digits, without case and without what Unicode writes two ways. */
export const wordsOf = (text: string): string[] =>
  [
    ...new Set(
      text
        .normalize("NFKC")
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu),
    ),
  ]
    .slice(0, MAX_WORDS)
    .map((word) => word.slice(0, MAX_WORD_CHARS));

const referenceTerm = (reference: string): string =>
  bounded(reference.normalize("NFKC").toLowerCase().trim());

const INTEGER_DIGITS = 39;

/** A positive amount so spelled that texts sort as the amounts do, whatever decimals its currency has. */
export function amountTerm(amount: string): string {
  const [integer = "", fraction = ""] = amount.split(".");
  return `${integer.padStart(INTEGER_DIGITS, "0")}.${fraction.replace(/0+$/, "")}`;
}

/** Each fact of an object as one text: where it is and what it is. */
export function factsOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((inner) => factsOf(inner, `${path}[]`));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      factsOf(inner, `${path}.${JSON.stringify(name)}`),
    );
  }
  return [bounded(`${path}=${canonicalJson(value)}`)];
}

/** A long term is found by its hash, so that no index row grows beyond its page. */
const bounded = (term: string): string =>
  term.length <= MAX_TERM_CHARS ? term : `#${createHash("sha256").update(term).digest("hex")}`;

/** Everything an event can be found by, each once. */
export function termsOf({
  actor,
  payload,
}: {
  readonly actor: string;
  readonly payload: TransactionPosted | null;
}): SearchTerm[] {
  const terms: readonly (readonly [TermKind, readonly string[]])[] = [
    ["ACTOR", [bounded(actor)]],
    ...(payload === null ? [] : termsOfPosted(payload)),
  ];
  return terms.flatMap(([kind, some]) => [...new Set(some)].map((term) => ({ kind, term })));
}

function termsOfPosted(posted: TransactionPosted): [TermKind, readonly string[]][] {
  const { description, reference, metadata, entries, source } = posted;
  const counterparty = "counterparty" in source ? source.counterparty : undefined;
  return [
    ["DATE", [posted.effectiveDate]],
    ["WORD", wordsOf([description, reference ?? "", counterparty ?? ""].join(" "))],
    ["REFERENCE", reference === null ? [] : [referenceTerm(reference)]],
    ["AMOUNT", entries.map(({ amount }) => amountTerm(amount))],
    ["METADATA", factsOf(metadata)],
    ["CURRENCY", entries.map(({ currency }) => currency)],
    ["ENTRY", entries.map(({ accountId, side }) => entryTerm(accountId, side))],
    ["DIMENSION", entries.flatMap(({ dimensions }) => dimensionTerms(dimensions))],
    ["IMPORT", "importId" in source && source.importId !== undefined ? [source.importId] : []],
  ];
}

const dimensionTerms = (dimensions: Readonly<Record<string, string>> | undefined): string[] =>
  dimensions === undefined
    ? []
    : Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);

/** An entry has this value of a dimension. */
export const dimensionGroup = (dimension: string, value: string): TermGroup =>
  anyOf("DIMENSION", dimensionTerms({ [dimension]: value }));

const entryTerm = (accountId: string, side: EntrySide): string => `${accountId} ${side}`;

/** What to look for; a transaction is found when all that is given fits. */
export interface WantedTerms {
  /** Every word must begin a word of the description, the reference or the counterparty. */
  readonly text?: string | null | undefined;
  readonly reference?: string | null | undefined;
  /** Decimal strings; an entry's amount must lie between them. */
  readonly amountFrom?: string | null | undefined;
  readonly amountTo?: string | null | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
}

/** Terms between two, both included. */
export interface TermRange {
  readonly from: string;
  readonly to: string;
}

/** Alternatives of one kind: a term of any of the ranges. */
export interface TermGroup {
  readonly kind: TermKind;
  readonly ranges: readonly TermRange[];
}

// Sorts behind every text that begins with what stands before it.
const LAST_CHARACTER = "\u{10FFFF}";
const MOST = amountTerm("9".repeat(39));

/** One of these terms. */
export const anyOf = (kind: TermKind, terms: readonly string[]): TermGroup => ({
  kind,
  ranges: terms.map((term) => ({ from: term, to: term })),
});

/** An entry on one of these accounts, on a side when given. */
export const entryGroup = (accountIds: readonly string[], side: EntrySide | undefined): TermGroup =>
  anyOf(
    "ENTRY",
    accountIds.flatMap((id) =>
      (side === undefined ? (["DEBIT", "CREDIT"] as const) : [side]).map((each) =>
        entryTerm(id, each),
      ),
    ),
  );

/** Before every value date, and behind every one. */
export const [FIRST_DAY, LAST_DAY] = ["0", "9999-99-99"] as const;

/** Value dates of these days, both included; any when absent. */
export const dateGroup = (from: string | undefined, to: string | undefined): TermGroup => ({
  kind: "DATE",
  ranges: [{ from: from ?? FIRST_DAY, to: to ?? LAST_DAY }],
});

export const actorGroup = (actor: string): TermGroup => anyOf("ACTOR", [bounded(actor)]);

/** What a transaction must stand in, a group for each part of what is wanted; the rarest first, as a rule. */
export function termGroups(wanted: WantedTerms): TermGroup[] {
  const { text, metadata, amountFrom, amountTo } = wanted;
  const reference = wanted.reference ?? "";
  const words = wordsOf(text ?? "")
    .toSorted((a, b) => b.length - a.length)
    .map((word): TermGroup => ({
      kind: "WORD",
      ranges: [{ from: word, to: `${word}${LAST_CHARACTER}` }],
    }));
  const hasAmount = typeof amountFrom === "string" || typeof amountTo === "string";
  return [
    ...(reference === "" ? [] : [anyOf("REFERENCE", [referenceTerm(reference)])]),
    ...factsOf(metadata ?? {}).map((fact) => anyOf("METADATA", [fact])),
    ...words,
    ...(hasAmount ? [amountGroup(amountFrom ?? "0", amountTo)] : []),
  ];
}

const amountGroup = (from: string, to: string | null | undefined): TermGroup => ({
  kind: "AMOUNT",
  ranges: [
    {
      from: amountTerm(checkedAmount("amountFrom", from)),
      to: typeof to === "string" ? amountTerm(checkedAmount("amountTo", to)) : MOST,
    },
  ],
});

function checkedAmount(path: string, amount: string): string {
  if (!/^\d{1,39}(?:\.\d{1,18})?$/.test(amount)) {
    throw invalidInput(path, "must be a decimal number, zero or more");
  }
  return amount;
}
