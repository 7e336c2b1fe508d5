import { createHash } from "node:crypto";
import type { TransactionPosted } from "@allfunds/contract/events";
import { canonicalJson } from "../../engine/canonical-json.ts";

/** What a transaction can be found by. */
export type TermKind = "WORD" | "REFERENCE" | "AMOUNT" | "METADATA";

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

export const referenceTerm = (reference: string): string =>
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
