import { describe, expect, it } from "vitest";
import { checkSentence } from "./check-sentence.ts";
import { FactSheet, LANGUAGES, type NewFact } from "./fact.ts";
import { PHRASES } from "./phrases.ts";

const AMOUNT_MEASURES: Readonly<Record<string, readonly string[]>> = {
  CASH: ["CASH"],
  NAV: ["NAV"],
  RUNWAY: ["RUNWAY"],
  FEES: ["FEES"],
  RECEIVED: ["INFLOW"],
  LARGEST_RECEIPT: ["INFLOW"],
  EXPECTED_PAYMENT: ["EXPECTED", "OUTFLOW"],
  EXPECTED_RECEIPT: ["EXPECTED", "INFLOW"],
  VOLATILITY: ["VOLATILITY"],
  SHARPE: ["SHARPE"],
  DRAWDOWN: ["DRAWDOWN"],
  DEEPEST: ["DRAWDOWN"],
  VALUE_AT_RISK: ["VALUE_AT_RISK"],
  TIME_WEIGHTED: ["RETURN"],
  MONEY_WEIGHTED: ["RETURN"],
  CASH_FORECAST: ["FORECAST", "EXPECTED", "CASH"],
  PRICE: ["PRICE"],
  PRICE_RETURN: ["RETURN"],
  RATE: ["EXCHANGE_RATE"],
};
const RANKS: Readonly<Record<string, string>> = {
  FEES: "TOTAL",
  PAID: "TOTAL",
  RECEIVED: "TOTAL",
  LARGEST_PAYMENT: "LARGEST",
  LARGEST_RECEIPT: "LARGEST",
};

/** A fact as the phrase's slot has it. */
function slotFact(phrase: string, slot: string): NewFact {
  const source = { kind: "METRIC", metric: "ANY" } as const;
  const base = { label: slot, source, terms: { measures: [] } };
  if (slot === "name") return { ...base, kind: "TEXT", value: "Agency 5", group: "row" };
  if (["from", "to", "date", "peak", "trough"].includes(slot)) {
    return { ...base, kind: "DATE", value: "2026-10-01" };
  }
  const ofSlot = { inflow: ["INFLOW"], outflow: ["OUTFLOW"], net: ["NET_FLOW"] }[slot];
  const rank = RANKS[phrase];
  return {
    ...base,
    kind: "MONEY",
    value: "-5.00",
    currency: "EUR",
    group: ofSlot === undefined ? "row" : null,
    isChange: slot === "net",
    terms: {
      measures: ofSlot ?? AMOUNT_MEASURES[phrase] ?? ["OUTFLOW"],
      ...(rank === undefined ? {} : { ranks: [rank] }),
    },
  };
}

describe("the sentences of template answers", () => {
  it.each(Object.entries(PHRASES))("pass the checker in every language: %s", (phrase, texts) => {
    for (const language of LANGUAGES) {
      const sheet = new FactSheet();
      const sentence = texts[language].replace(
        /\{\{(\w+)\}\}/g,
        (_all, slot: string) => `{{${sheet.add(slotFact(phrase, slot))[0]?.id}}}`,
      );
      const verdict = checkSentence(sentence, (id) => sheet.get(id), "TEMPLATE");
      expect({ sentence, ...verdict }).toMatchObject({ sentence: expect.anything(), ok: true });
    }
  });
});
