import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  FUND_ID,
  NOW,
  decide,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import { settleLines } from "./journal-amounts.ts";
import { nextDay, type JournalSchedule } from "./journal-schedule.ts";
import {
  JOURNAL_TEMPLATE,
  runIdOf,
  type RunJournalTemplate,
  type SetJournalTemplate,
} from "./journal-template.ts";

const schedule = (more: Partial<JournalSchedule>): JournalSchedule => ({
  frequency: "MONTHLY",
  dayOfMonth: 31,
  firstDate: "2026-01-15",
  lastDate: null,
  ...more,
});

test.each<[string, Partial<JournalSchedule>, string, string | null]>([
  ["the last day of a short month", {}, "2026-02-01", "2026-02-28"],
  ["the last day of a leap February", {}, "2028-02-01", "2028-02-29"],
  ["nothing before the first date", { dayOfMonth: 1 }, "2026-01-01", "2026-02-01"],
  ["the first date itself", { dayOfMonth: 15 }, "2026-01-01", "2026-01-15"],
  ["quarters from the first month", { frequency: "QUARTERLY" }, "2026-02-01", "2026-04-30"],
  [
    "years",
    { frequency: "YEARLY", dayOfMonth: 29, firstDate: "2024-02-01" },
    "2025-01-01",
    "2025-02-28",
  ],
  ["weeks on the weekday", { frequency: "WEEKLY", dayOfMonth: null }, "2026-01-16", "2026-01-22"],
  ["nothing behind the last date", { lastDate: "2026-03-30" }, "2026-03-01", null],
])("a schedule has %s", (_name, more, from, expected) => {
  expect(nextDay(schedule(more), from)).toBe(expected);
});

const dates = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => new Date(Date.UTC(1990, 0, 1 + days)).toISOString().slice(0, 10));
const schedules = fc.record({
  frequency: fc.constantFrom("MONTHLY", "QUARTERLY", "YEARLY"),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  firstDate: dates,
  lastDate: fc.constant(null),
});

test("the next day is the first of the schedule's days that is not before a date, whatever date is used", () => {
  fc.assert(
    fc.property(schedules, dates, (each, from) => {
      const day = nextDay(each, from) ?? "";
      expect(day >= from && day >= each.firstDate).toBe(true);
      // From a day of the schedule it is that day; from the day behind it, the next one.
      expect(nextDay(each, day)).toBe(day);
      const last = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0));
      expect(Number(day.slice(8))).toBe(Math.min(each.dayOfMonth, last.getUTCDate()));
      const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
      const isEarlier = before >= from && before >= each.firstDate;
      expect(nextDay(each, isEarlier ? before : day)).toBe(day);
    }),
  );
});

describe("the lines of a day", () => {
  const { bank, fees, capital } = ACCOUNTS;
  const accounts = (balanceMinor: bigint) =>
    new Map([bank, fees, capital].map(({ id }) => [id, { currency: "EUR", balanceMinor }]));
  const fee = [
    { accountId: fees.id, side: "DEBIT", percent: "0.125", ofAccountId: bank.id },
    { accountId: bank.id, side: "CREDIT" },
  ] as const;

  test.each<[string, bigint, string[]]>([
    ["half to even", 10_000n, ["DEBIT 0.12", "CREDIT 0.12"]],
    ["on the other side of a negative balance", -12_000n, ["CREDIT 0.15", "DEBIT 0.15"]],
    ["and leave zero out", 0n, []],
  ])("take a percentage of a balance %s", (_name, balance, expected) => {
    const lines = settleLines(fee, accounts(balance));
    expect(lines.map(({ side, amount }) => `${side} ${amount}`)).toEqual(expected);
  });

  test("balance whatever the balances are, when one line takes the rest", () => {
    const percent = fc.integer({ min: 1, max: 99_999 }).map((n) => (n / 1_000).toFixed(3));
    fc.assert(
      fc.property(
        percent,
        percent,
        fc.bigInt(-1_000_000_000_000n, 1_000_000_000_000n),
        (one, other, balance) => {
          const lines = settleLines(
            [
              { accountId: fees.id, side: "DEBIT", percent: one, ofAccountId: bank.id },
              { accountId: capital.id, side: "CREDIT", percent: other, ofAccountId: bank.id },
              { accountId: bank.id, side: "CREDIT" },
            ],
            accounts(balance),
          );
          const answer = run(sampleBook(), posting([], { entries: lines }));
          expect(answer === "ok").toBe(lines.length > 1);
        },
      ),
    );
  });
});

const templateId = newId();
const template = (more: Partial<SetJournalTemplate> = {}): SetJournalTemplate => ({
  kind: "SetJournalTemplate",
  fundId: FUND_ID,
  templateId,
  replaces: 0,
  name: "Rent",
  description: "Rent of the month",
  metadata: {},
  entries: [
    { accountId: ACCOUNTS.fees.id, side: "DEBIT", amount: "10.00" },
    { accountId: ACCOUNTS.bank.id, side: "CREDIT", amount: "10.00" },
  ],
  frequency: "MONTHLY",
  dayOfMonth: 31,
  firstDate: "2026-04-01",
  lastDate: null,
  reversal: null,
  isPaused: false,
  ...more,
});

const runOn = (date: string, more: Partial<RunJournalTemplate> = {}): RunJournalTemplate => ({
  kind: "RunJournalTemplate",
  fundId: FUND_ID,
  templateId,
  transactionId: runIdOf(templateId, date),
  effectiveDate: date,
  description: "Rent of the month",
  reference: null,
  metadata: {},
  entries: [
    { accountId: ACCOUNTS.fees.id, side: "DEBIT", amount: "10.00" },
    { accountId: ACCOUNTS.bank.id, side: "CREDIT", amount: "10.00" },
  ],
  ...more,
});

const line = (more: object) => ({
  accountId: ACCOUNTS.fees.id,
  side: "DEBIT" as const,
  ...more,
});
const [bankId, dollarsId] = [ACCOUNTS.bank.id, ACCOUNTS.dollars.id];

test.each<[string, Partial<SetJournalTemplate>, string]>([
  ["a sound one", {}, "ok"],
  [
    "lines that do not balance",
    { entries: [line({ amount: "1.00" }), line({ amount: "1.00" })] },
    "LEDGER_UNBALANCED",
  ],
  ["two lines for the rest", { entries: [line({}), line({})] }, "INVALID_INPUT"],
  ["a percentage of nothing", { entries: [line({ percent: "1" }), line({})] }, "INVALID_INPUT"],
  [
    "a percentage of another currency",
    { entries: [line({ percent: "1", ofAccountId: dollarsId }), line({})] },
    "CURRENCY_MISMATCH",
  ],
  [
    "a percentage of zero",
    { entries: [line({ percent: "0.000", ofAccountId: bankId }), line({})] },
    "INVALID_INPUT",
  ],
  [
    "an unknown account",
    { entries: [line({ accountId: newId() }), line({})] },
    "ACCOUNT_NOT_FOUND",
  ],
  ["a negative amount", { entries: [line({ amount: "-1.00" }), line({})] }, "INVALID_INPUT"],
  ["no day of the month", { dayOfMonth: null }, "INVALID_INPUT"],
  ["a day of the month for weeks", { frequency: "WEEKLY" }, "INVALID_INPUT"],
  ["an end before its first day", { lastDate: "2026-04-29" }, "INVALID_INPUT"],
  ["another version than the newest", { replaces: 1 }, "VERSION_CONFLICT"],
])("a template is judged by its form: %s", (_name, more, expected) => {
  expect(run(sampleBook(), template(more))).toBe(expected);
});

describe("the days of a template", () => {
  test("come one after the other, each once", () => {
    const state = sampleBook();
    expect(run(state, runOn("2026-04-30"))).toBe("NOT_FOUND");
    expect(run(state, template())).toBe("ok");
    expect(run(state, runOn("2026-05-31"))).toBe("VERSION_CONFLICT");
    expect(run(state, runOn("2026-04-30"))).toBe("ok");
    expect(run(state, runOn("2026-04-30"))).toBe("VERSION_CONFLICT");
    const skip = { kind: "SkipJournalRun", fundId: FUND_ID, templateId, reason: "Paid" } as const;
    expect(run(state, { ...skip, date: "2026-06-30" })).toBe("VERSION_CONFLICT");
    expect(run(state, { ...skip, date: "2026-05-31", reason: " " })).toBe("INVALID_INPUT");
    expect(run(state, { ...skip, date: "2026-05-31" })).toBe("ok");
    expect(state.get(JOURNAL_TEMPLATE, templateId)?.nextDate).toBe("2026-06-30");
  });

  test("that pass while it is paused are not caught up", () => {
    const state = sampleBook();
    run(state, template({ isPaused: true }));
    expect(run(state, runOn("2026-04-30"))).toBe("VERSION_CONFLICT");
    expect(run(state, template({ replaces: 1 }), NOW)).toBe("ok");
    expect(state.get(JOURNAL_TEMPLATE, templateId)?.nextDate).toBe("2026-06-30");
  });

  test("go on while one waits for approval, and that one can be approved then", () => {
    const state = sampleBook();
    const limit = { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "5.00" };
    run(state, limit as Parameters<typeof run>[1]);
    run(state, template());
    const decision = decide(runOn("2026-04-30"), state);
    const [proposed] = decision.accepted ? decision.events : [];
    expect(proposed?.type).toBe("TransactionProposed");
    run(state, runOn("2026-04-30"));
    expect(state.get(JOURNAL_TEMPLATE, templateId)?.nextDate).toBe("2026-05-31");
    if (proposed?.type !== "TransactionProposed") return;
    const { proposalId, command, totals } = proposed;
    const approve = {
      kind: "ApproveProposal",
      fundId: FUND_ID,
      proposalId,
      proposed: { command, totals },
    } as const;
    const approved = decide(approve, state, NOW, { actor: "another" });
    expect(approved.accepted && approved.events.map(({ type }) => type)).toEqual([
      "ProposalApproved",
      "TransactionPosted",
    ]);
  });
});

test.each([
  ["on its own day", "2026-06-30", "INVALID_INPUT"],
  ["before it", "2026-06-29", "INVALID_INPUT"],
  ["on no day of the calendar", "2026-06-31", "INVALID_INPUT"],
  ["on the next day", "2026-07-01", "ok"],
])("an accrual is judged by the day of its reversal: %s", (_name, reversesOn, expected) => {
  const accrual = posting(
    [
      ["fees", "DEBIT", "5.00"],
      ["bank", "CREDIT", "5.00"],
    ],
    { source: { kind: "ACCRUAL", reversesOn } },
  );
  expect(run(sampleBook(), accrual)).toBe(expected);
});
