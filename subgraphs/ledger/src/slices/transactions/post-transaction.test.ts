import { accountOf } from "../accounts/account.ts";
import type { ErrorCode } from "@allfunds/contract/errors";
import { MAX_MINOR, formatAmount } from "@allfunds/contract/money";
import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideBatch } from "../../engine/sample-book.fixture.ts";
import { decide } from "../../engine/sample-book.fixture.ts";
import { evolve } from "../../engine/sample-book.fixture.ts";
import {
  ACCOUNTS,
  BOOK,
  NOW,
  envelope,
  posting,
  run,
  sampleBook,
  type Leg,
} from "../../engine/sample-book.fixture.ts";
import type { BookState } from "../../engine/book-state.ts";
import type { PostTransaction } from "./transaction.ts";

const codeOf = (command: PostTransaction, state: BookState = sampleBook()): string => {
  const decision = decide(command, state, NOW);
  return decision.accepted ? "ok" : decision.refusal.code;
};

const BALANCED: readonly Leg[] = [
  ["bank", "DEBIT", "100.00"],
  ["capital", "CREDIT", "100.00"],
];

describe("a posting's verdict, by its entries", () => {
  const max = formatAmount(MAX_MINOR, "EUR");
  test.each<[string, "ok" | ErrorCode, readonly Leg[]]>([
    ["two that balance", "ok", BALANCED],
    [
      "three that balance",
      "ok",
      [
        ["bank", "DEBIT", "3"],
        ["fees", "DEBIT", "2.50"],
        ["capital", "CREDIT", "5.5"],
      ],
    ],
    [
      "the same account twice",
      "ok",
      [
        ["bank", "DEBIT", "3.00"],
        ["bank", "CREDIT", "3.00"],
      ],
    ],
    [
      "two currencies, each balanced",
      "ok",
      [...BALANCED, ["dollars", "DEBIT", "7.00"], ["dollarGains", "CREDIT", "7.00"]],
    ],
    [
      "the largest amount",
      "ok",
      [
        ["bank", "DEBIT", max],
        ["capital", "CREDIT", max],
      ],
    ],
    [
      "a stated currency that is the account's",
      "ok",
      [
        ["bank", "DEBIT", "1.00", "EUR"],
        ["capital", "CREDIT", "1.00", "EUR"],
      ],
    ],
    ["none", "INVALID_INPUT", []],
    ["only one", "INVALID_INPUT", [["bank", "DEBIT", "1.00"]]],
    [
      "off by a cent",
      "LEDGER_UNBALANCED",
      [
        ["bank", "DEBIT", "100.00"],
        ["capital", "CREDIT", "99.99"],
      ],
    ],
    [
      "all on one side",
      "LEDGER_UNBALANCED",
      [
        ["bank", "DEBIT", "1.00"],
        ["capital", "DEBIT", "1.00"],
      ],
    ],
    [
      "balanced only across currencies",
      "LEDGER_UNBALANCED",
      [
        ["bank", "DEBIT", "1.00"],
        ["dollarGains", "CREDIT", "1.00"],
      ],
    ],
    [
      "another currency than the account's",
      "CURRENCY_MISMATCH",
      [
        ["bank", "DEBIT", "1.00", "USD"],
        ["capital", "CREDIT", "1.00"],
      ],
    ],
    [
      "an exponent",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", "1e3"],
        ["capital", "CREDIT", "1000"],
      ],
    ],
    [
      "a negative amount",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", "-1.00"],
        ["capital", "CREDIT", "-1.00"],
      ],
    ],
    [
      "zero",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", "0.00"],
        ["capital", "CREDIT", "0"],
      ],
    ],
    [
      "no amount",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", ""],
        ["capital", "CREDIT", "1.00"],
      ],
    ],
    [
      "too many decimals",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", "1.001"],
        ["capital", "CREDIT", "1.001"],
      ],
    ],
    [
      "decimals where the currency has none",
      "INVALID_AMOUNT",
      [
        ["yen", "DEBIT", "1.5"],
        ["yen", "CREDIT", "1.5"],
      ],
    ],
    [
      "more than the ledger can hold",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", `9${max}`],
        ["capital", "CREDIT", `9${max}`],
      ],
    ],
    [
      "a balance beyond what the ledger can hold",
      "INVALID_AMOUNT",
      [
        ["bank", "DEBIT", max],
        ["bank", "DEBIT", "0.01"],
        ["capital", "CREDIT", max],
        ["capital", "CREDIT", "0.01"],
      ],
    ],
  ])("%s: %s", (_name, expected, legs) => {
    expect(codeOf(posting(legs))).toBe(expected);
  });
});

test("a repeated key answers with the first transaction although its reference is taken by it", () => {
  const state = sampleBook();
  const command = posting(BALANCED, { reference: "INV-1" });
  const draft = state.fork();
  const submission = { envelopes: [envelope(command, "k")], atomic: false };
  const { verdicts } = decideBatch(BOOK, draft, [submission, submission], new Map());
  expect(verdicts).toMatchObject([
    [{ accepted: true, replayed: false }],
    [{ accepted: true, replayed: true }],
  ]);
  expect(codeOf({ ...command, transactionId: newId() }, draft)).toBe("ALREADY_EXISTS");
});

describe("a posting's verdict, by its content", () => {
  test.each<[string, "ok" | ErrorCode, Partial<PostTransaction>]>([
    [
      "a reference and metadata",
      "ok",
      { reference: "INV-1", metadata: { a: [1, null, { b: "ü" }] } },
    ],
    ["an empty description", "INVALID_INPUT", { description: "  " }],
    [
      "a description whose digits are displayed reversed",
      "INVALID_INPUT",
      { description: "Invoice \u202E123" },
    ],
    ["a description of 501 characters", "INVALID_INPUT", { description: "x".repeat(501) }],
    ["a description with a line break", "INVALID_INPUT", { description: "two\nlines" }],
    ["a description with half a character", "INVALID_INPUT", { description: "\ud83d" }],
    ["a reference of 141 characters", "INVALID_INPUT", { reference: "x".repeat(141) }],
    ["a date that does not exist", "INVALID_INPUT", { effectiveDate: "2026-02-30" }],
    ["an id that is none", "INVALID_INPUT", { transactionId: "42" }],
    [
      "metadata that is a list",
      "INVALID_INPUT",
      { metadata: [] as unknown as Record<string, unknown> },
    ],
    ["metadata of 20,000 characters", "INVALID_INPUT", { metadata: { long: "x".repeat(20_000) } }],
    ["metadata with a NUL", "INVALID_INPUT", { metadata: { nul: "\0" } }],
    [
      "metadata nine levels deep",
      "INVALID_INPUT",
      {
        metadata: JSON.parse('{"a":'.repeat(10) + "1" + "}".repeat(10)) as Record<string, unknown>,
      },
    ],
  ])("%s: %s", (_name, expected, more) => {
    expect(codeOf(posting(BALANCED, more))).toBe(expected);
  });

  test("more than a thousand entries are refused", () => {
    const legs = Array.from({ length: 501 }, () => BALANCED).flat();
    expect(codeOf(posting(legs))).toBe("INVALID_INPUT");
  });

  test("an account that does not exist is not found", () => {
    const command = posting(BALANCED);
    const otherAccount = "018f0000-0000-7000-8000-0000000000ff";
    const entries = command.entries.map((entry) => ({ ...entry, accountId: otherAccount }));
    expect(codeOf({ ...command, entries })).toBe("ACCOUNT_NOT_FOUND");
  });

  test("an id that is taken exists already", () => {
    const state = sampleBook();
    const command = posting(BALANCED);
    expect(run(state, command)).toBe("ok");
    expect(codeOf(command, state)).toBe("ALREADY_EXISTS");
  });

  test("every fault of the form is reported at once", () => {
    const decision = decide(
      posting([], { description: "", effectiveDate: "x" }),
      sampleBook(),
      NOW,
    );
    expect(decision.accepted ? [] : decision.refusal.violations?.map(({ path }) => path)).toEqual([
      "effectiveDate",
      "description",
      "entries",
    ]);
  });
});

const balancesOf = (state: BookState) =>
  Object.values(ACCOUNTS).map(({ id }) => accountOf(state, id));

const names = Object.keys(ACCOUNTS) as (keyof typeof ACCOUNTS)[];
const leg = fc.tuple(
  fc.constantFrom(...names),
  fc.constantFrom("DEBIT" as const, "CREDIT" as const),
  fc.integer({ min: 1, max: 300 }).map((amount) => `${amount}`),
);

/** Random legs, half of them made to balance by an opposite leg on an account of the same currency. */
const legs = fc
  .tuple(fc.array(leg, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([some, balance]): Leg[] =>
    balance
      ? some.flatMap((one): Leg[] => [
          one,
          [one[0], one[1] === "DEBIT" ? "CREDIT" : "DEBIT", one[2]],
        ])
      : some,
  );

test("whatever is posted, accepted entries sum to zero in every currency and refused ones change nothing", () => {
  fc.assert(
    fc.property(fc.array(legs, { maxLength: 12 }), (postings) => {
      const state = sampleBook();
      for (const some of postings) {
        const before = balancesOf(state);
        const decision = decide(posting(some), state, NOW);
        expect(balancesOf(state)).toEqual(before);
        if (!decision.accepted) continue;
        for (const event of decision.events) {
          if (event.type !== "TransactionPosted") throw new Error("unexpected event");
          const sums = new Map<string, bigint>();
          for (const { side, amountMinor, currency } of event.entries) {
            const signed = side === "DEBIT" ? amountMinor : -amountMinor;
            sums.set(currency, (sums.get(currency) ?? 0n) + signed);
          }
          expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
          evolve(state, event);
        }
      }
    }),
  );
});

test("the balance of every account equals the sum of its entries, which its last entry has", () => {
  fc.assert(
    fc.property(fc.array(legs, { maxLength: 12 }), (postings) => {
      const state = sampleBook();
      const sums = new Map<string, bigint>();
      const last = new Map<string, bigint>();
      for (const some of postings) {
        const decision = decide(posting(some), state, NOW);
        if (!decision.accepted) continue;
        for (const event of decision.events) {
          evolve(state, event);
          if (event.type !== "TransactionPosted") continue;
          for (const entry of event.entries) {
            const type = Object.values(ACCOUNTS).find(({ id }) => id === entry.accountId)?.type;
            const grows = (entry.side === "DEBIT") === (type === "ASSET" || type === "EXPENSE");
            const change = grows ? entry.amountMinor : -entry.amountMinor;
            sums.set(entry.accountId, (sums.get(entry.accountId) ?? 0n) + change);
            last.set(entry.accountId, entry.balanceAfterMinor);
          }
        }
      }
      for (const { id } of Object.values(ACCOUNTS)) {
        expect(accountOf(state, id)?.balanceMinor).toBe(sums.get(id) ?? 0n);
        expect(last.get(id) ?? 0n).toBe(sums.get(id) ?? 0n);
      }
    }),
  );
});
