import { accountOf } from "../slices/accounts/account.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BookState } from "./book-state.ts";
import { decideBatch } from "./sample-book.fixture.ts";
import type { Submission, Verdict } from "./decide.ts";
import { canonicalJson } from "./canonical-json.ts";
import { chainHash } from "./event-log.ts";
import { ACCOUNTS, BOOK, envelope, posting, sampleBook } from "./sample-book.fixture.ts";

const pay = (amount: string) =>
  posting([
    ["bank", "DEBIT", amount],
    ["capital", "CREDIT", amount],
  ]);
const alone = (command: ReturnType<typeof pay>, key?: string): Submission => ({
  envelopes: [envelope(command, key)],
  atomic: false,
});
const together = (...commands: ReturnType<typeof pay>[]): Submission => ({
  envelopes: commands.map((command) => envelope(command)),
  atomic: true,
});

const run = (submissions: readonly Submission[], state: BookState = sampleBook()) => {
  const draft = state.fork();
  return { draft, ...decideBatch(BOOK, draft, submissions, new Map()) };
};
const codes = (verdicts: readonly Verdict[]): string[] =>
  verdicts.map((verdict) =>
    verdict.accepted ? (verdict.replayed ? "again" : "ok") : verdict.refusal.code,
  );
const bankMinor = (state: BookState) => accountOf(state, ACCOUNTS.bank.id)?.balanceMinor;

describe("a batch", () => {
  test("gives each command its own verdict and lets a refused one touch nothing", () => {
    const { verdicts, recorded, draft } = run([
      alone(pay("1.00")),
      alone(pay("1e3")),
      alone(pay("2.00")),
    ]);
    expect(verdicts.map((some) => codes(some))).toEqual([["ok"], ["INVALID_AMOUNT"], ["ok"]]);
    expect(recorded.map(({ position }) => position)).toEqual([1, 2]);
    expect(bankMinor(draft)).toBe(300n);
  });

  test("answers a repeat of a key with the first answer and writes once", () => {
    const command = pay("1.00");
    const { verdicts, recorded } = run([alone(command, "k"), alone(command, "k")]);
    expect(verdicts.map((some) => codes(some))).toEqual([["ok"], ["again"]]);
    expect(recorded).toHaveLength(1);
    const [[first], [second]] = verdicts as [[Verdict], [Verdict]];
    expect(second.accepted && first.accepted && second.events === first.events).toBe(true);
  });

  test("refuses a key that comes with another body", () => {
    const { verdicts, recorded } = run([alone(pay("1.00"), "k"), alone(pay("2.00"), "k")]);
    expect(verdicts.map((some) => codes(some))).toEqual([["ok"], ["IDEMPOTENCY_CONFLICT"]]);
    expect(recorded).toHaveLength(1);
  });

  test("stores all of an atomic bulk or nothing, and the rest of its batch either way", () => {
    const { verdicts, recorded, draft } = run([
      alone(pay("1.00")),
      together(pay("10.00"), pay("0"), pay("20.00")),
      together(pay("100.00"), pay("200.00")),
    ]);
    expect(verdicts.map((some) => codes(some))).toEqual([
      ["ok"],
      ["BULK_REFUSED", "INVALID_AMOUNT", "BULK_REFUSED"],
      ["ok", "ok"],
    ]);
    expect(recorded.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(bankMinor(draft)).toBe(30_100n);
  });

  test("lets a later command reuse a key whose bulk was refused", () => {
    const command = pay("1.00");
    const bulk = { envelopes: [envelope(command, "k"), envelope(pay("0"))], atomic: true };
    const { verdicts } = run([bulk, alone(command, "k")]);
    expect(verdicts.map((some) => codes(some))[1]).toEqual(["ok"]);
  });

  test("leaves the state it started from as it was", () => {
    const state = sampleBook();
    run([alone(pay("5.00"))], state);
    expect(bankMinor(state)).toBe(0n);
    expect(state.head.position).toBe(0);
  });

  test("never lets recorded time run backwards", () => {
    const state = sampleBook();
    state.head = { ...state.head, recordedAt: new Date("2026-07-01T00:00:00.000Z") };
    const { recorded } = run([alone(pay("1.00"))], state);
    expect(recorded[0]?.recordedAt.toISOString()).toBe("2026-07-01T00:00:00.000Z");
  });
});

test("positions have no gap and every hash vouches for the event and all before it", () => {
  const amount = fc.constantFrom("1.00", "0", "2.50", "1e3", "7");
  const submission = fc
    .tuple(fc.array(amount, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([amounts, atomic]) => ({
      envelopes: amounts.map((one) => envelope(pay(one))),
      atomic,
    }));
  fc.assert(
    fc.property(fc.array(submission, { maxLength: 8 }), (submissions) => {
      const state = sampleBook();
      const { recorded, draft } = run(submissions, state);
      let hash = state.head.hash;
      for (const [index, event] of recorded.entries()) {
        expect(event.position).toBe(index + 1);
        hash = chainHash(
          hash,
          {
            ...BOOK,
            position: event.position,
            type: event.type,
            recordedAt: event.recordedAt.toISOString(),
            actor: event.actor,
            commandKey: event.command?.key ?? null,
            requestHash: event.command?.requestHash ?? null,
            commandEvents: event.command?.events ?? null,
          },
          canonicalJson(event.payload),
        );
        expect(event.hash).toBe(hash);
      }
      expect(draft.head.position).toBe(recorded.length);
      expect(draft.head.hash).toBe(hash);
    }),
    { numRuns: 60 },
  );
});

describe("a command that is to find something unchanged", () => {
  const SUBJECT = ACCOUNTS.bank.id;
  const keyed = pay("1.00");
  const conditional = (since: number, key?: string, evenRepeats = false): Submission => ({
    envelopes: [
      {
        ...envelope(key === undefined ? pay("1.00") : keyed, key),
        unchanged: { subject: SUBJECT, since, evenRepeats },
      },
    ],
    atomic: false,
  });

  test("is refused when an event of the same batch has named it since, and else accepted", () => {
    const { verdicts, recorded } = run([
      conditional(0),
      alone(pay("1.00")),
      conditional(1),
      conditional(2),
    ]);
    expect(verdicts.map((some) => codes(some))).toEqual([
      ["ok"],
      ["ok"],
      ["VERSION_CONFLICT"],
      ["ok"],
    ]);
    expect(recorded).toHaveLength(3);
  });

  test("is refused by what batches before it changed, until the log has their events", () => {
    const before = run([alone(pay("1.00"))]).draft;
    const after = run([conditional(0)], before);
    expect(after.verdicts.map((some) => codes(some))).toEqual([["VERSION_CONFLICT"]]);
    const group = run([together(pay("1.00"), pay("1.00")), conditional(1)]);
    expect(group.verdicts.at(-1)).toMatchObject([{ refusal: { code: "VERSION_CONFLICT" } }]);
  });

  test("is answered as its first when it repeats it, unless its key follows from what it does", () => {
    const { verdicts } = run([conditional(0, "k"), conditional(0, "k"), conditional(0, "k", true)]);
    expect(verdicts.map((some) => codes(some))).toEqual([["ok"], ["again"], ["VERSION_CONFLICT"]]);
  });
});
