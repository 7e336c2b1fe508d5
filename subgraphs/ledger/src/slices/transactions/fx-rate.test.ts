import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideRounded, formatScaled } from "@allfunds/contract/money";
import { decide } from "../../engine/sample-book.fixture.ts";
import { decodeEvent, encodeEvent } from "../../engine/event-log.ts";
import { MODEL } from "../model.ts";
import { NOW, posting, run, sampleBook, type Leg } from "../../engine/sample-book.fixture.ts";
import type { RequestedFx } from "./fx-rate.ts";

/** Euros given away for dollars, each currency in balance by itself. */
const exchange = (euros: string, dollars: string): readonly Leg[] => [
  ["bank", "CREDIT", euros],
  ["capital", "DEBIT", euros],
  ["dollars", "DEBIT", dollars],
  ["dollarGains", "CREDIT", dollars],
];

const rateOf = (rate: string, more: Partial<RequestedFx> = {}): RequestedFx => ({
  base: "EUR",
  quote: "USD",
  rate,
  baseAmount: undefined,
  quoteAmount: undefined,
  ...more,
});

const verdict = (legs: readonly Leg[], fx: readonly RequestedFx[]): string =>
  run(sampleBook(), posting(legs, { fx }));

describe("a stated rate", () => {
  test.each<[string, string, string, string]>([
    ["100.00", "108.45", "1.0845", "ok"],
    ["100.00", "108.46", "1.0845", "ok"],
    ["100.00", "108.47", "1.0845", "FX_RATE_MISMATCH"],
    ["33.33", "36.15", "1.0845", "ok"],
    ["0.01", "0.01", "1.0845", "ok"],
    ["100.00", "108.45", "0", "INVALID_INPUT"],
    ["100.00", "108.45", "-1.0845", "INVALID_INPUT"],
    ["100.00", "108.45", "1e0", "INVALID_AMOUNT"],
    ["100.00", "108.45", "1.0845000000000000001", "INVALID_INPUT"],
  ])("for %s EUR and %s USD at %s: %s", (euros, dollars, rate, expected) => {
    expect(verdict(exchange(euros, dollars), [rateOf(rate)])).toBe(expected);
  });

  test("covers the part that was exchanged when it names one", () => {
    const withFee: readonly Leg[] = [
      ...exchange("100.00", "108.45"),
      ["fees", "DEBIT", "2.00"],
      ["bank", "CREDIT", "2.00"],
    ];
    expect(verdict(withFee, [rateOf("1.0845")])).toBe("FX_RATE_MISMATCH");
    expect(verdict(withFee, [rateOf("1.0845", { baseAmount: "100.00" })])).toBe("ok");
    expect(verdict(withFee, [rateOf("1.0845", { baseAmount: "102.01" })])).toBe("INVALID_INPUT");
  });

  test("needs two currencies that are in the entries", () => {
    const legs = exchange("100.00", "108.45");
    expect(verdict(legs, [rateOf("1", { quote: "EUR" })])).toBe("INVALID_INPUT");
    expect(verdict(legs, [rateOf("160", { quote: "JPY" })])).toBe("INVALID_INPUT");
  });

  test("does not make up for a currency that is out of balance", () => {
    const legs: readonly Leg[] = [
      ["bank", "CREDIT", "100.00"],
      ["dollars", "DEBIT", "108.45"],
    ];
    expect(verdict(legs, [rateOf("1.0845")])).toBe("LEDGER_UNBALANCED");
  });

  test("is recorded with its scale and survives storing", () => {
    const command = posting(exchange("100.00", "108.45"), { fx: [rateOf("1.08450")] });
    const decision = decide(command, sampleBook(), NOW);
    const [event] = decision.accepted ? decision.events : [];
    if (event === undefined) throw new Error("nothing was posted");
    const { payload } = encodeEvent(MODEL, event);
    expect(payload).toMatchObject({
      fx: [
        {
          base: "EUR",
          quote: "USD",
          rate: "1.08450",
          scale: 5,
          baseAmount: "100.00",
          quoteAmount: "108.45",
        },
      ],
    });
    expect(decodeEvent(MODEL, event.type, payload)).toEqual(event);
  });

  test("agrees with whatever it was used to compute", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 100n, max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (euroMinor, rateUnscaled) => {
          const dollarMinor = divideRounded(euroMinor * rateUnscaled, 10n ** 6n, "HALF_EVEN");
          fc.pre(dollarMinor > 0n);
          const legs = exchange(formatScaled(euroMinor, 2), formatScaled(dollarMinor, 2));
          expect(verdict(legs, [rateOf(formatScaled(rateUnscaled, 6))])).toBe("ok");
        },
      ),
    );
  });
});
