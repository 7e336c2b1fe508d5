import { describe, expect, test } from "vitest";
import {
  BANK,
  base,
  FRESH,
  limit,
  paidIn,
  T2,
  T3,
  type Case,
  type Write,
} from "./offline-forged.fixture.ts";
import { idOf, LogWriter, proposalOf, verdictOn, verify } from "./offline-log.fixture.ts";

const OTHER = idOf(0xa6);

/** The tenant's limit is 50.00 EUR at 1 of its own book, 80.00 at 2 and none at 3. */
function tenantBook(tenantId?: string): string {
  const log = new LogWriter(idOf(0xee), tenantId);
  for (const amount of ["50.00", "80.00", null]) {
    log.add("ApprovalLimitSet", { fundId: null, of: "TENANT", currency: "EUR", amount });
  }
  return log.text;
}

function foundWith(write: Write): string {
  const log = base();
  write(log);
  return verify(log.text, tenantBook());
}

const adopted = (amount: string | null, version: number) => ({
  of: "TENANT",
  currency: "EUR",
  amount,
  version,
});

const verdictWithout = (write: Write) => {
  const log = base();
  write(log);
  return verdictOn(log.text);
};
describe("limits of the tenant", () => {
  test.each<Case>([
    ["at the limit", "sound", (log) => log.post(T2, paidIn("50.00"), { limitsAt: 1 })],
    ["above the limit", "APPROVAL 7", (log) => log.post(T2, paidIn("50.01"), { limitsAt: 1 })],
    ["before any limit", "sound", (log) => log.post(T2, paidIn("99.00"), { limitsAt: 0 })],
    ["at the limit set later", "sound", (log) => log.post(T2, paidIn("80.00"), { limitsAt: 2 })],
    ["after it was taken away", "sound", (log) => log.post(T2, paidIn("99.00"), { limitsAt: 3 })],
    [
      "behind the end of the tenant's book",
      "APPROVAL 7",
      (log) => log.post(T2, paidIn("1.00"), { limitsAt: 4 }),
    ],
    [
      "at an earlier position than before",
      "APPROVAL 8",
      (log) =>
        log.post(T2, paidIn("1.00"), { limitsAt: 3 }).post(T3, paidIn("1.00"), { limitsAt: 2 }),
    ],
    [
      "without a position, behind one that had it",
      "APPROVAL 8",
      (log) => log.post(T2, paidIn("1.00"), { limitsAt: 1 }).post(T3, paidIn("60.00")),
    ],
    [
      "above the tenant's limit and within the fund's own",
      "sound",
      (log) => limit(log, "90.00").post(T2, paidIn("90.00"), { limitsAt: 1 }),
    ],
    [
      "above a limit that the fund's book took over",
      "APPROVAL 8",
      (log) => log.add("ApprovalLimitSet", adopted("50.00", 1)).post(T2, paidIn("50.01")),
    ],
    [
      "above a limit taken over, with a position that allows it",
      "sound",
      (log) =>
        log.add("ApprovalLimitSet", adopted("50.00", 1)).post(T2, paidIn("80.00"), { limitsAt: 2 }),
    ],
    [
      "with a limit taken over that the tenant never had",
      "APPROVAL 7",
      (log) => log.add("ApprovalLimitSet", adopted("70.00", 1)),
    ],
    [
      "with a limit taken over after a newer one",
      "APPROVAL 8",
      (log) =>
        log
          .add("ApprovalLimitSet", adopted("80.00", 2))
          .add("ApprovalLimitSet", adopted("50.00", 1)),
    ],
  ])("a posting %s: %s", (_what, found, write) => {
    expect(foundWith(write)).toBe(found);
  });

  test("are reported as unchecked without the tenant's book, but only where they apply", () => {
    expect(verdictWithout((log) => log.post(T2, paidIn("99.00"), { limitsAt: 1 }))).toMatchObject({
      sound: true,
      // The one of each posting, the ones of several approvers, and those of a day.
      uncheckedLimits: 3,
    });
    const withLimit = verdictWithout((log) =>
      limit(log, "99.00").post(T2, paidIn("99.00"), { limitsAt: 1 }),
    );
    expect(withLimit).toMatchObject({ sound: true, uncheckedLimits: 2 });
    expect(
      verdictWithout((log) => log.post(T2, paidIn("99.00"), { limitsAt: 0 })),
    ).not.toHaveProperty("uncheckedLimits");
  });

  test("are those of the same tenant, in a book that is sound itself", () => {
    const { text } = base();
    expect(() => verdictOn(text, tenantBook(idOf(2)))).toThrow("another tenant");
    expect(() => verdictOn(text, text)).toThrow("not the book of a tenant");
    const changed = tenantBook().replace("80.00", "90.00");
    expect(verify(text, changed)).toBe("CHANGED 2");
    expect(verdictOn(text, changed)).toMatchObject({
      fault: { what: expect.stringMatching(/^in the tenant's own book: /) },
    });
  });
});

const covering = (log: LogWriter, more: object = {}) =>
  log.add("ApprovalLimitSet", {
    of: "FUND",
    currency: "EUR",
    amount: "50.00",
    coversOthers: true,
    ...more,
  });
/** Five dollars, or as many of something else, from one account to another. */
const move = (log: LogWriter, currency = "USD") =>
  log
    .openAccount(FRESH, "ASSET", { currency })
    .openAccount(OTHER, "ASSET", { currency })
    .post(
      T2,
      [
        [FRESH, "DEBIT", "5.00"],
        [OTHER, "CREDIT", "5.00"],
      ],
      { limitsAt: 0 },
    );

describe("money in another currency than the fund's", () => {
  test.each<Case>([
    ["beside a limit of an earlier version", "sound", (log) => move(limit(log, "50.00"))],
    ["beside a limit in the base currency", "APPROVAL 10", (log) => move(covering(log))],
    ["that is no money", "sound", (log) => move(covering(log), "UNITS/2")],
    ["beside a limit that was taken away", "sound", (log) => move(limit(covering(log), null))],
    [
      "beside a limit in a third currency",
      "sound",
      (log) => move(covering(log, { currency: "JPY", amount: "50" })),
    ],
    ["within a limit of its own", "sound", (log) => move(limit(covering(log), "5.00", "USD"))],
    ["beside limits of changes alone", "sound", (log) => move(covering(log, { per: "CHANGE" }))],
  ])("%s: %s", (_what, found, write) => {
    expect(foundWith(write)).toBe(found);
  });
});

describe("a tenant's own book", () => {
  const own = { fundId: null, of: "TENANT", currency: "EUR", amount: "50.00" };

  test.each<Case>([
    ["with limits of the tenant", "sound", (log) => log.add("ApprovalLimitSet", own)],
    [
      "with a limit of a fund",
      "APPROVAL 2",
      (log) => log.add("ApprovalLimitSet", { ...own, of: "FUND" }),
    ],
    [
      "with the version of a limit taken over",
      "APPROVAL 2",
      (log) => log.add("ApprovalLimitSet", { ...own, version: 1 }),
    ],
    [
      "with a limit below zero",
      "APPROVAL 2",
      (log) => log.add("ApprovalLimitSet", { ...own, amount: "-0.01" }),
    ],
    [
      "with a fund named",
      "FORM 2",
      (log) => log.add("ApprovalLimitSet", { ...own, fundId: idOf(0xee) }),
    ],
    ["with a fund opened", "FORM 2", (log) => log.openFund()],
    [
      "with an event of a fund that names none",
      "FORM 2",
      (log) => log.add("AccountFrozen", { accountId: idOf(1), fundId: null, reason: "Decided" }),
    ],
  ])("%s: %s", (_what, found, write) => {
    const log = new LogWriter(idOf(0xee));
    log.add("ApprovalLimitSet", own);
    write(log);
    expect(verify(log.text)).toBe(found);
  });

  test("is no fund's book, nor the other way round", () => {
    const log = new LogWriter().openAccount(idOf(0xa1), "ASSET");
    expect(verify(log.text)).toBe("FORM 1");
    expect(verify(base().add("ApprovalLimitSet", own).text)).toBe("FORM 7");
  });
});

const limitOf = (log: LogWriter, amount: string | null, more: object = {}): LogWriter =>
  log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount, ...more });

const dates = (log: LogWriter, daysBehind: number, more: object = {}): LogWriter =>
  log.add("ValueDateLimitsSet", { daysBehind, daysAhead: 10, ...more });

describe("a change beside a second administrator", () => {
  const second = { secondAdministrator: true };
  const proposalId = idOf(0xc1);
  /** Raises a limit of 50.00 to 80.00: an administrator has to approve it. */
  const proposeLimit = (log: LogWriter, more: object = {}, amount = "80.00"): LogWriter => {
    limitOf(log, "50.00").actor = "ann";
    return log.add("ChangeProposed", {
      proposalId,
      maker: "ann",
      change: "APPROVAL_LIMIT",
      description: "Limit of one posting",
      currency: "EUR",
      amount,
      before: "50.00",
      after: amount,
      command: { kind: "SetApprovalLimit", fundId: log.book.bookId, currency: "EUR", amount },
      needsAdministrator: true,
      ...more,
    });
  };
  const decide = (log: LogWriter, actor: string, more: object = {}): LogWriter => {
    log.actor = actor;
    return log.add("ProposalApproved", { proposalId, transactionId: null, ...more });
  };
  const byAdministrator = { byAdministrator: true };

  test.each<Case>([
    ["a higher limit", "APPROVAL 8", (log) => limitOf(limitOf(log, "50.00"), "50.01", second)],
    ["no limit any more", "APPROVAL 8", (log) => limitOf(limitOf(log, "50.00"), null, second)],
    ["a lower limit", "sound", (log) => limitOf(limitOf(log, "50.00"), "49.99", second)],
    ["a first limit", "sound", (log) => limitOf(log, "50.00", second)],
    [
      "a higher limit without one",
      "sound",
      (log) => limitOf(limitOf(log, "50.00"), "60.00", { secondAdministrator: false }),
    ],
    [
      "a higher limit within the limit of changes",
      "sound",
      (log) => {
        limitOf(limitOf(log, "60.00", { per: "CHANGE" }), "50.00");
        limitOf(log, "60.00", second);
      },
    ],
    [
      "a first limit in a further currency",
      "APPROVAL 8",
      (log) => {
        limitOf(log, "50.00", { coversOthers: true, lifts: false });
        limitOf(log, "5.00", { currency: "USD", lifts: true, ...second });
      },
    ],
    [
      "a first limit that hides what it lifts",
      "APPROVAL 8",
      (log) => {
        limitOf(log, "50.00", { coversOthers: true, lifts: false });
        limitOf(log, "5.00", { currency: "USD", lifts: false, ...second });
      },
    ],
    [
      "a first limit of zero there",
      "sound",
      (log) => {
        limitOf(log, "50.00", { coversOthers: true, lifts: false });
        limitOf(log, "0.00", { currency: "USD", lifts: false, ...second });
      },
    ],
    [
      "a first limit there of an earlier version",
      "sound",
      (log) => {
        limitOf(log, "50.00", { coversOthers: true });
        limitOf(log, "5.00", { currency: "USD", ...second });
      },
    ],
    [
      "one of an earlier version behind a judged one",
      "APPROVAL 8",
      (log) => limitOf(limitOf(log, "50.00", { lifts: false }), "40.00"),
    ],
    ["wider value dates", "APPROVAL 7", (log) => dates(log, 1_097, { judged: true, ...second })],
    ["narrower value dates", "sound", (log) => dates(log, 1_095, { judged: true, ...second })],
    ["wider ones of an earlier version", "sound", (log) => dates(log, 1_097)],
    [
      "wider ones of an earlier version behind judged ones",
      "APPROVAL 8",
      (log) => dates(dates(log, 30, { judged: true }), 1_097),
    ],
    [
      "a limit of changes that lets something pass",
      "APPROVAL 7",
      (log) => limitOf(log, "0.01", { per: "CHANGE", ...second }),
    ],
    [
      "a lower minimum balance",
      "APPROVAL 7",
      (log) =>
        log.add("AccountFloorSet", {
          accountId: BANK,
          currency: "EUR",
          minimumBalance: "-0.01",
          ...second,
        }),
    ],
    [
      "an account that is unfrozen",
      "APPROVAL 8",
      (log) =>
        log
          .add("AccountFrozen", { accountId: BANK, reason: "Decided" })
          .add("AccountUnfrozen", { accountId: BANK, reason: "Decided", ...second }),
    ],
    [
      "what an administrator approved",
      "sound",
      (log) => limitOf(decide(proposeLimit(log), "bob", byAdministrator), "80.00"),
    ],
    ["what another approved", "APPROVAL 9", (log) => decide(proposeLimit(log), "bob")],
    [
      "what its maker approved",
      "APPROVAL 9",
      (log) => decide(proposeLimit(log), "ann", byAdministrator),
    ],
    [
      "a limit as a client wrote it",
      "sound",
      (log) => {
        const command = { kind: "SetApprovalLimit", fundId: log.book.bookId, currency: "EUR" };
        proposeLimit(log, { command: { ...command, amount: "80" } });
        limitOf(decide(log, "bob", byAdministrator), "80.00");
      },
    ],
    [
      "another limit than a client wrote",
      "APPROVAL 8",
      (log) => {
        const command = { kind: "SetApprovalLimit", fundId: log.book.bookId, currency: "EUR" };
        proposeLimit(log, { command: { ...command, amount: "80.01" } });
      },
    ],
    ["a proposal that only tightens", "APPROVAL 8", (log) => proposeLimit(log, {}, "49.00")],
    [
      "an approval refused to who is no administrator",
      "sound",
      (log) => {
        proposeLimit(log).actor = "bob";
        log.add("ApprovalRefused", { proposalId, isMaker: false, reason: "NO_ADMINISTRATOR" });
      },
    ],
    [
      "an approval refused so where none is needed",
      "APPROVAL 9",
      (log) => {
        limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00").actor = "bob";
        const refused = { proposalId: proposalOf(T2), isMaker: false, reason: "NO_ADMINISTRATOR" };
        log.add("ApprovalRefused", refused);
      },
    ],
  ])("%s: %s", (_what, found, write) => {
    const log = base();
    write(log);
    expect(verify(log.text)).toBe(found);
  });
});
