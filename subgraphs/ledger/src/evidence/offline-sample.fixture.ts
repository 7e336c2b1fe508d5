import { idOf, LogWriter, type Leg } from "./offline-log.fixture.ts";
import {
  BANK,
  CAPITAL,
  DOLLAR_CAPITAL,
  DOLLARS,
  FEES,
  hold,
  onBank,
  period,
  placeHold,
  RETAINED,
  REVENUE,
  SPARE,
  transaction,
} from "./offline-sample-parts.fixture.ts";
import { recordFundPrices, recordTenantFacts } from "./offline-sample-portfolio.fixture.ts";
import { importAndUndo } from "./offline-sample-statements.fixture.ts";
import { limitAndPropose, proposeEveryKind } from "./offline-sample-proposals.fixture.ts";

/** The tenant's own book: its limit of 500.00 EUR, then of 900.00, then one in dollars. */
export function tenantLog(): LogWriter {
  const log = new LogWriter(idOf(0xee));
  const set = (currency: string, amount: string | null) =>
    log.add("ApprovalLimitSet", { fundId: null, of: "TENANT", currency, amount });
  set("EUR", "500.00");
  set("EUR", "900.00");
  set("USD", "5.00");
  recordTenantFacts(log);
  const project = { fundId: null, dimension: "project" };
  const required = { requiredTypes: [], requiredCodes: [`code-${SPARE}`] };
  const named = { name: "Project", isActive: true };
  log.add("DimensionSet", { ...project, version: 1, ...named, ...required });
  const values = [{ value: "A", name: "First", isActive: true }];
  log.add("DimensionValuesSet", { ...project, values });
  return log;
}

/**
 * A sound book with every type of event and every form that it can have. The facts of an event are used again
 * by one behind it wherever that can be, so that a change somewhere is a contradiction somewhere.
 */
export function sampleLog(): LogWriter {
  const log = new LogWriter();
  log.keyed(() => {
    log.openFund();
    log.add("ApprovalLimitSet", { of: "TENANT", currency: "EUR", amount: "500.00", version: 1 });
  });
  openAccounts(log);
  postAndReverse(log);
  holdAndCapture(log);
  recordFundPrices(log);
  limitAndPropose(log);
  importAndUndo(log);
  proposeEveryKind(log);
  closePeriods(log);
  endWithTenantLimits(log);
  return log;
}

function openAccounts(log: LogWriter): void {
  const usd = { currency: "USD" };
  log.keyed(() => log.openAccount(BANK, "ASSET", { minimumBalance: "0.00", countsAsCash: true }));
  log.openAccount(CAPITAL, "EQUITY").openAccount(FEES, "EXPENSE", { countsAsCash: false });
  log.openAccount(DOLLARS, "ASSET", usd).openAccount(DOLLAR_CAPITAL, "EQUITY", usd);
  const renamed = { name: "Fees", metadata: { owner: "ann" }, countsAsCash: false };
  log.add("AccountRenamed", { accountId: FEES, parentId: BANK, ...renamed });
  log.add("AccountClassified", { accountId: CAPITAL, class: "CAPITAL", cashFlow: "FINANCING" });
}

function postAndReverse(log: LogWriter): void {
  const paidIn = { reference: "ref-1", metadata: { note: "first" } };
  log.keyed(() =>
    log.post(
      transaction(1),
      [
        [BANK, "DEBIT", "200.00"],
        [CAPITAL, "CREDIT", "200.00"],
      ],
      paidIn,
    ),
  );
  log.now = "2026-06-30T12:30:00.000Z";
  const rate = { base: "EUR", quote: "USD", rate: "1.10", scale: 2 };
  log.post(
    transaction(2),
    [
      [BANK, "CREDIT", "10.00"],
      [CAPITAL, "DEBIT", "10.00"],
      [DOLLARS, "DEBIT", "11.00"],
      [DOLLAR_CAPITAL, "CREDIT", "11.00"],
    ],
    { fx: [{ ...rate, baseAmount: "10.00", quoteAmount: "11.00" }] },
  );
  for (const [number, amount] of [
    [3, "150.00"],
    [4, "50.00"],
  ] as const) {
    log.post(
      transaction(number),
      [
        [CAPITAL, "DEBIT", amount],
        [BANK, "CREDIT", amount],
      ],
      {
        source: { kind: "REVERSAL", reverses: transaction(1) },
      },
    );
    log.post(transaction(number + 10), [
      [BANK, "DEBIT", amount],
      [CAPITAL, "CREDIT", amount],
    ]);
  }
}

/** The bank account has 190.00 and may not fall below 100.00. */
function holdAndCapture(log: LogWriter): void {
  log.add("AccountFloorSet", { ...onBank, minimumBalance: "100.00" });
  placeHold(log, 1, "60.00", null);
  log.keyed(() => {
    log.add("HoldCaptured", {
      ...onBank,
      holdId: hold(1),
      transactionId: transaction(5),
      amount: "25.00",
      remaining: "35.00",
    });
    log.post(
      transaction(5),
      [
        [FEES, "DEBIT", "25.00"],
        [BANK, "CREDIT", "25.00"],
      ],
      {
        source: { kind: "CAPTURE", holdId: hold(1) },
      },
    );
    log.add("HoldVoided", {
      ...onBank,
      holdId: hold(1),
      released: "35.00",
      reason: "Rest of a capture",
    });
  });
  log.now = "2026-06-30T13:00:00.000Z";
  placeHold(log, 2, "65.00", "2026-07-01T00:00:00.000Z");
  log.now = "2026-07-01T00:00:00.000Z";
  log.keyed(() => {
    log.add("HoldExpired", { ...onBank, holdId: hold(2), released: "65.00" });
    log.post(transaction(6), [
      [FEES, "DEBIT", "65.00"],
      [BANK, "CREDIT", "65.00"],
    ]);
  });
}

function closePeriods(log: LogWriter): void {
  log.add("AccountFrozen", { accountId: FEES, reason: "Under review" });
  log.add("AccountUnfrozen", { accountId: FEES, reason: "Reviewed" });
  log.add("PeriodClosed", { periodId: period(1), from: null, to: "2026-03-31" });
  log.add("PeriodClosed", { periodId: period(2), from: "2026-04-01", to: "2026-04-30" });
  log.add("PeriodReopened", { periodId: period(2), reason: "Something was left out" });
  log.post(
    transaction(30),
    [
      [FEES, "DEBIT", "10.00"],
      [BANK, "CREDIT", "10.00"],
    ],
    {
      effectiveDate: "2026-04-01",
    },
  );
  openAndCloseYear(log);
  log.openAccount(SPARE, "INCOME");
  log.add("AccountClosed", { accountId: SPARE, reason: "Never used" });
}

/** The bank account has 100.00 less than the fees; a year closes them to retained earnings and opens again. */
function openAndCloseYear(log: LogWriter): void {
  const own = { reference: null, metadata: {} };
  log.openAccount(RETAINED, "EQUITY");
  log.add("AccountClassified", {
    accountId: RETAINED,
    class: "RETAINED_EARNINGS",
    cashFlow: "FINANCING",
  });
  log.openAccount(REVENUE, "INCOME");
  const day = { effectiveDate: "2026-04-02" };
  const opening = { source: { kind: "OPENING" }, description: "Opening balances", ...day };
  log.post(
    transaction(60),
    [
      [BANK, "DEBIT", "3.00"],
      [REVENUE, "CREDIT", "3.00"],
    ],
    opening,
  );
  log.add("PeriodClosed", { periodId: period(3), from: "2026-04-01", to: "2026-04-30" });
  const readAt = log.events.length;
  log.post(transaction(64), [
    [BANK, "DEBIT", "1.00"],
    [CAPITAL, "CREDIT", "1.00"],
  ]);
  const year = { effectiveDate: "2026-04-30", description: "Year closed" };
  const legs = [
    [REVENUE, "DEBIT", "3.00"],
    [RETAINED, "CREDIT", "3.00"],
  ] as const;
  const balances = [{ accountId: REVENUE, side: "DEBIT", amount: "3.00" }];
  log.actor = "ann";
  log.propose(transaction(61), legs, null, {
    ...year,
    command: { kind: "CloseYear", readAt, balances },
  });
  log.actor = "bob";
  log.approve(transaction(61));
  log.post(transaction(61), legs, { ...year, ...own, source: { kind: "CLOSING", readAt } });
  log.actor = "ann";
  log.post(
    transaction(62),
    [
      [REVENUE, "CREDIT", "3.00"],
      [RETAINED, "DEBIT", "3.00"],
    ],
    {
      ...year,
      ...own,
      description: "Year reopened",
      source: { kind: "REOPENING", reopens: transaction(61) },
    },
  );
  log.add("PeriodReopened", { periodId: period(3), reason: "Something was left out" });
  log.post(
    transaction(63),
    [
      [BANK, "DEBIT", "1.00"],
      [REVENUE, "CREDIT", "1.00"],
    ],
    year,
  );
}

function endWithTenantLimits(log: LogWriter): void {
  log.actor = "boss";
  log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount: null });
  log.actor = "ann";
  log.post(
    transaction(31),
    [
      [BANK, "DEBIT", "900.00"],
      [CAPITAL, "CREDIT", "900.00"],
    ],
    { limitsAt: 2 },
  );
  log.propose(
    transaction(32),
    [
      [BANK, "DEBIT", "900.01"],
      [CAPITAL, "CREDIT", "900.01"],
    ],
    "900.00",
    {
      limitsAt: 2,
    },
  );
  log.actor = "bob";
  log.approve(transaction(32));
  log.post(
    transaction(32),
    [
      [BANK, "DEBIT", "900.01"],
      [CAPITAL, "CREDIT", "900.01"],
    ],
    {
      description: "A proposal",
      limitsAt: 3,
    },
  );
  endWithDayLimit(log);
}

const intoBank = (amount: string): readonly Leg[] => [
  [BANK, "DEBIT", amount],
  [CAPITAL, "CREDIT", amount],
];

/** One person may debit 1,000.00 in a day, in as many postings as it takes. */
function endWithDayLimit(log: LogWriter): void {
  log.actor = "boss";
  log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount: "1000.00", per: "DAY" });
  log.actor = "ann";
  log.post(transaction(70), intoBank("600.00"), { limitsAt: 3, countedFor: "ann" });
  log.propose(transaction(71), intoBank("500.00"), null, { limitsAt: 3, dayLimit: "1000.00" });
  log.post(transaction(72), intoBank("400.00"), { limitsAt: 3, countedFor: "ann" });
  log.actor = "bob";
  log.approve(transaction(71));
  log.post(transaction(71), intoBank("500.00"), { limitsAt: 3, description: "A proposal" });
}
