import { expect, test } from "vitest";
import { formatDay } from "../dates/format-date.ts";
import { de } from "../language/catalogue/administration/de.ts";
import { translator } from "../language/messages.ts";
import { formatAmount } from "../money/format-money.ts";
import { foundText } from "./check-found.ts";

const t = translator("de", de);
const reader = {
  day: (date: string) => formatDay(date, "de-DE"),
  amount: (amount: string) => formatAmount(amount, "de"),
};

test.each([
  ["PRICE_MISSING", "1200.5 without a price", "1.200,5 ohne Preis"],
  ["RATE_MISSING", "none per EUR", "keiner je EUR"],
  ["PRICE_STALE", "85.20 of 2026-11-20", "85,20 vom 20. Nov. 2026"],
  ["RATE_STALE", "of 2026-11-20", "vom 20. Nov. 2026"],
  ["NAV_MOVED", "101.20 to 99.10", "101,20 auf 99,10"],
  ["REGISTER", "12 units less", "12 units less"],
])("writes what %s found, %j, as %j", (kind, found, text) => {
  expect(foundText(kind, found, t, reader)).toBe(text);
});
