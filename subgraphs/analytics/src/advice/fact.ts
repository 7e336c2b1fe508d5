import { currencyScale } from "@allfunds/contract/money";
import { textIn } from "./fact-words.ts";

/** The languages that questions are understood and answered in. */
export const LANGUAGES = ["en", "de", "fr", "es", "he"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * What a fact's value counts. MONEY is an amount of its currency, RATIO 0.25 is 25 %, PRICE an amount of
 * its currency for one unit of something, TEXT a name as the books have it.
 */
export type FactKind =
  | "MONEY"
  | "RATIO"
  | "NUMBER"
  | "COUNT"
  | "MONTHS"
  | "PRICE"
  | "DATE"
  | "TEXT";

/** Where a fact comes from, so that a reader can check it. */
type FactSource =
  | { readonly kind: "TRANSACTION"; readonly transactionId: string }
  | { readonly kind: "METRIC"; readonly metric: string }
  | { readonly kind: "CALCULATION"; readonly operation: string; readonly from: readonly string[] };

/** Terms that a sentence about a fact may use, beside the neutral ones. */
export interface FactTerms {
  /** What it measures, such as `CASH` or `MANAGEMENT_FEE`. */
  readonly measures: readonly string[];
  /** Of a share, what the whole measures. */
  readonly of?: readonly string[];
  /** The period by its name in the question, such as `LAST_MONTH`. */
  readonly period?: string;
  /** LARGEST, SMALLEST, AVERAGE or TOTAL. */
  readonly ranks?: readonly string[];
}

/** A figure or name with its unit, its date and its source. Values are exact texts, never floats. */
export interface Fact {
  readonly id: string;
  readonly kind: FactKind;
  /** A decimal, a calendar date, or a text, by `kind`. */
  readonly value: string;
  /** Of MONEY and PRICE. */
  readonly currency: string | null;
  readonly label: string;
  /** The last day it takes into account. */
  readonly asOf: string | null;
  /** Position of the fund's book that it includes. */
  readonly position: number | null;
  readonly fundId: string | null;
  readonly source: FactSource;
  readonly terms: FactTerms;
  /** A change, flow or return, whose sign is its direction; false for a level. */
  readonly isChange: boolean;
  /** Facts of one row, such as a payment's payee, date and amount, have the same group. */
  readonly group: string | null;
}

/** The group of what is known of a fund as a whole, among facts of several funds. */
export const groupOfFund = (fundId: string): string => `fund ${fundId}`;

export type NewFact = Pick<Fact, "kind" | "value" | "label" | "source" | "terms"> &
  Partial<Omit<Fact, "id">>;

/** More than a prompt or an answer can hold. */
const MOST_FACTS = 400;

/** The facts of one question, by ids that are given in the order they were found: f1, f2, ... */
export class FactSheet {
  readonly #facts = new Map<string, Fact>();

  /** Adds facts and returns them with their ids; what is beyond 400 is left out. */
  add(...found: readonly NewFact[]): Fact[] {
    const left = Math.max(0, MOST_FACTS - this.#facts.size);
    return found.slice(0, left).map((each) => {
      const fact: Fact = {
        currency: null,
        asOf: null,
        position: null,
        fundId: null,
        isChange: false,
        group: null,
        ...each,
        id: `f${this.#facts.size + 1}`,
      };
      this.#facts.set(fact.id, fact);
      return fact;
    });
  }

  get(id: string): Fact | undefined {
    return this.#facts.get(id);
  }

  all(): readonly Fact[] {
    return [...this.#facts.values()];
  }
}

const LOCALES: Readonly<Record<Language, string>> = {
  en: "en-GB",
  de: "de-DE",
  fr: "fr-FR",
  es: "es-ES",
  he: "he-IL",
};

const MONTHS_WORD: Readonly<Record<Language, string>> = {
  en: "months",
  de: "Monate",
  fr: "mois",
  es: "meses",
  he: "חודשים",
};

const LONGEST_TEXT = 120;

/**
 * A fact's value as a reader of the language writes it, with its unit. `magnitude` leaves the sign out, for
 * a sentence whose words already state the direction.
 */
export function renderFact(fact: Fact, language: Language, magnitude = false): string {
  const value = magnitude ? fact.value.replace(/^-/, "") : fact.value;
  switch (fact.kind) {
    case "MONEY":
      return `${decimalText(value, language, scaleOf(fact))} ${unitOf(fact)}`;
    case "PRICE":
      return `${decimalText(value, language)} ${unitOf(fact)}`;
    case "RATIO":
      return percentText(value, language);
    case "MONTHS":
      return `${decimalText(value, language)} ${MONTHS_WORD[language]}`;
    case "NUMBER":
    case "COUNT":
      return decimalText(value, language);
    case "DATE":
      return dateText(value, language);
    case "TEXT":
      return visibleText(textIn(fact, language));
  }
}

const scaleOf = ({ currency }: Fact): number => (currency === null ? 2 : currencyScale(currency));

/** `BTC/8` is read as `BTC`. */
const unitOf = ({ currency }: Fact): string => (currency ?? "").replace(/\/\d+$/, "");

// Intl formats a decimal text without a float in between.
type ExactText = Intl.StringNumericLiteral;

function decimalText(value: string, language: Language, scale?: number): string {
  const digits = scale ?? Math.min(decimalsOf(value), 6);
  return new Intl.NumberFormat(LOCALES[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    roundingMode: "halfEven",
  }).format(value as ExactText);
}

const decimalsOf = (value: string): number => value.split(".")[1]?.length ?? 0;

const percentText = (value: string, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], {
    style: "percent",
    minimumFractionDigits: 0,
    maximumFractionDigits: 2,
    roundingMode: "halfEven",
  }).format(value as ExactText);

const dateText = (value: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${value}T00:00:00Z`),
  );

/** A name of the books in quotation marks, on one line, without characters that are not shown. */
function visibleText(value: string): string {
  const clean = value.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const short = clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT - 1)}…` : clean;
  return `“${short.replace(/[“”]/g, "'")}”`;
}
