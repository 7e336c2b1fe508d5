import { createHash } from "node:crypto";
import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { canonicalJson } from "../../engine/canonical-json.ts";

/** What a transaction can be found by. */
type TermKind = "WORD" | "REFERENCE" | "AMOUNT" | "METADATA";

export interface SearchTerm {
  readonly kind: TermKind;
  readonly term: string;
}

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
const FRACTION_DIGITS = 18;

/** A positive amount so spelled that texts sort as the amounts do, whatever decimals its currency has. */
export function amountTerm(amount: string): string {
  const [integer = "", fraction = ""] = amount.split(".");
  return `${integer.padStart(INTEGER_DIGITS, "0")}.${fraction.padEnd(FRACTION_DIGITS, "0")}`;
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

/** Everything a posted transaction can be found by, each once. */
export function searchTerms(posted: TransactionPosted): SearchTerm[] {
  const { description, reference, metadata, entries, source } = posted;
  const counterparty = "counterparty" in source ? source.counterparty : undefined;
  const terms: Readonly<Record<TermKind, readonly string[]>> = {
    WORD: wordsOf([description, reference ?? "", counterparty ?? ""].join(" ")),
    REFERENCE: reference === null ? [] : [referenceTerm(reference)],
    AMOUNT: entries.map(({ amount }) => amountTerm(amount)),
    METADATA: factsOf(metadata),
  };
  return (Object.keys(terms) as TermKind[]).flatMap((kind) =>
    [...new Set(terms[kind])].map((term) => ({ kind, term })),
  );
}

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

/** Terms of one kind, both ends included. */
export interface TermRange {
  readonly kind: TermKind;
  readonly from: string;
  readonly to: string;
}

// Sorts behind every text that begins with what stands before it.
const LAST_CHARACTER = "\u{10FFFF}";
const MOST = amountTerm("9".repeat(39));

const exact = (kind: TermKind, term: string): TermRange => ({ kind, from: term, to: term });

/** The ranges of the index that a transaction must stand in, one for each part of the filter. */
export function termRanges(filter: WantedTerms): TermRange[] {
  const words = wordsOf(filter.text ?? "").map((word): TermRange => ({
    kind: "WORD",
    from: word,
    to: `${word}${LAST_CHARACTER}`,
  }));
  const facts = factsOf(filter.metadata ?? {}).map((fact) => exact("METADATA", fact));
  const reference = filter.reference ?? "";
  const { amountFrom, amountTo } = filter;
  const isAmountAsked = typeof amountFrom === "string" || typeof amountTo === "string";
  return [
    ...(reference === "" ? [] : [exact("REFERENCE", referenceTerm(reference))]),
    ...facts,
    ...words,
    ...(isAmountAsked
      ? [
          {
            kind: "AMOUNT" as const,
            from: amountTerm(checkedAmount("amountFrom", amountFrom ?? "0")),
            to:
              typeof amountTo === "string" ? amountTerm(checkedAmount("amountTo", amountTo)) : MOST,
          },
        ]
      : []),
  ];
}

function checkedAmount(path: string, amount: string): string {
  if (!/^\d{1,39}(?:\.\d{1,18})?$/.test(amount)) {
    throw invalidInput(path, "must be a decimal number, zero or more");
  }
  return amount;
}
