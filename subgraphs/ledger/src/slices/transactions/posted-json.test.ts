import type { TransactionPosted } from "@allfunds/contract/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../../engine/any-text.fixture.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { postedJson } from "./transaction-slice.ts";

const amount = fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n }).map(String);
const currency = fc.constantFrom("EUR", "BTC/8", "SHARES/0");

const payload = fc.record({
  transactionId: fc.uuid(),
  fundId: fc.uuid(),
  effectiveDate: fc.constantFrom("2026-06-30", "0001-01-01"),
  description: anyText(),
  reference: fc.option(anyText()),
  metadata: fc.dictionary(fc.string(), fc.jsonValue()),
  entries: fc.array(
    fc.record({
      accountId: fc.uuid(),
      side: fc.constantFrom("DEBIT", "CREDIT"),
      amount,
      currency,
      balanceAfter: amount,
    }),
    { maxLength: 4 },
  ),
  fx: fc.option(
    fc.array(
      fc.record({
        base: currency,
        quote: currency,
        rate: amount,
        scale: fc.nat(18),
        baseAmount: amount,
        quoteAmount: amount,
      }),
    ),
    { nil: undefined },
  ),
  source: fc.oneof(
    fc.record({ kind: fc.constant("API") }),
    fc.record({ kind: fc.constant("STATEMENT"), importId: fc.uuid(), counterparty: fc.string() }),
    fc.record({ kind: fc.constant("REVERSAL"), reverses: fc.uuid() }),
  ),
}) as fc.Arbitrary<TransactionPosted>;

test("a posting is spelled as the rules for any value spell it", () => {
  fc.assert(
    fc.property(payload, (posted) => {
      expect(postedJson(posted)).toBe(canonicalJson(posted));
    }),
  );
});
