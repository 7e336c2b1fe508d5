import { expect, test } from "vitest";
import { formatDay } from "../dates/format-date.ts";
import { de } from "../language/catalogue/de.ts";
import { translator } from "../language/messages.ts";
import { formatAmount } from "../money/format-money.ts";
import { insightText } from "./insight-text.ts";

const t = translator("de", de);
const reader = {
  locale: "de-DE",
  day: (date: string) => formatDay(date, "de-DE"),
  money: ({ amount, currency }: { amount: string; currency: string }) =>
    `${formatAmount(amount, "de")} ${currency}`,
};
const evidence = (facts: Readonly<Record<string, string>>) =>
  Object.entries(facts).map(([name, value]) => ({ name, value }));
const PARTIES = { counterparty: "Acme Ltd", direction: "OUT", currency: "EUR" };

test.each([
  [
    "UNUSUAL_AMOUNT" as const,
    {
      category: "RENT",
      amount: "9000.00",
      median: "900.00",
      observations: "12",
      robustScore: "30.10",
      currency: "EUR",
    },
    /^9\.000,00 EUR ist ungewöhnlich für „Miete“: Die Mitte von 12 früheren Beträgen ist 900,00 EUR\.$/,
  ],
  [
    "NEW_COUNTERPARTY" as const,
    {
      counterparty: "Acme Ltd",
      amount: "5.00",
      largeFrom: "4.00",
      earlierPayments: "30",
      currency: "EUR",
    },
    /^Erste Zahlung an „Acme Ltd“, und eine große: 5,00 EUR\.$/,
  ],
  [
    "POSSIBLE_DUPLICATE" as const,
    {
      earlierTransactionId: "t",
      earlierDate: "2026-11-20",
      amount: "12.00",
      daysApart: "1",
      sameReference: "true",
      ...PARTIES,
    },
    /^12,00 EUR an „Acme Ltd“ wurde schon am 20\. Nov\. 2026 gezahlt\.$/,
  ],
  [
    "UNFLAGGED_REVERSAL" as const,
    {
      earlierTransactionId: "t",
      earlierDate: "2026-11-20",
      amount: "12.00",
      daysApart: "2",
      ...PARTIES,
      direction: "IN",
    },
    /^12,00 EUR kam von „Acme Ltd“ zurück, 2 Tage nach der Zahlung/,
  ],
  [
    "PRICE_CHANGE" as const,
    {
      from: "100.00",
      to: "130.00",
      percent: "30.0",
      since: "2026-11-01",
      recurrence: "MONTHLY",
      ...PARTIES,
    },
    /^„Acme Ltd“: Preis um 30\s% gestiegen, von 100,00 EUR auf 130,00 EUR seit 1\. Nov\. 2026\.$/,
  ],
  [
    "MISSING_PAYMENT" as const,
    {
      state: "MISSED",
      overdueSince: "2026-10-01",
      latestDate: "2026-09-01",
      nextDate: "2026-12-01",
      recurrence: "MONTHLY",
      hits: "5 of 6",
      amount: "100.00",
      missed: "2",
      ...PARTIES,
    },
    /^Die Zahlung an „Acme Ltd“ von etwa 100,00 EUR blieb seit 1\. Okt\. 2026 2-mal aus\.$/,
  ],
  [
    "DIGIT_DISTRIBUTION" as const,
    {
      amounts: "800",
      meanAbsoluteDeviation: "0.0200",
      chiSquare: "30.0",
      digit: "4",
      expectedPercent: "9.7",
    },
    /^Die ersten Ziffern von 800 Zahlungen folgen nicht dem Benfordschen Gesetz: 4 ist häufiger als die erwarteten 9,7\s%\.$/,
  ],
])("words %s by its evidence in the reader's language", (kind, facts, expected) => {
  const insight = { kind, message: "English.", evidence: evidence(facts) };
  const text = insightText(insight, t, reader).replaceAll(/[\u2068\u2069]/g, "");
  expect(text).toMatch(expected);
});

test("shows the graph's sentence when the evidence lacks a part of it", () => {
  const message = '12.00 EUR to "Acme Ltd" was already paid on 2026-11-20.';
  const facts = evidence({ earlierDate: "2026-11-20", amount: "12.00", direction: "OUT" });
  const text = insightText({ kind: "POSSIBLE_DUPLICATE", message, evidence: facts }, t, reader);
  expect(text).toContain("was already paid on");
});
