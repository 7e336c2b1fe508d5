import { ledgerEventSchema } from "@allfunds/contract/events";
import { expect, test } from "vitest";
import { proposalIdOf } from "../slices/proposals/proposal.ts";
import { MODEL, type BookCommand, type BookEvent } from "../slices/model.ts";
import { legsOf, ORIGINAL } from "../slices/reversals/reversal.ts";
import type { Requester } from "./book.ts";
import { administerCommands } from "../slices/fund-terms/administered-fund.fixture.ts";
import { orderEvents } from "../slices/orders/order-events.fixture.ts";
import { valuationEvents } from "../slices/valuations/valuation-events.fixture.ts";
import { decodeEvent, encodeEvent } from "./event-log.ts";
import { decide } from "./sample-book.fixture.ts";
import { evolve } from "./sample-book.fixture.ts";
import { ACCOUNTS, BOOK, FUND_ID, NOW, posting, sampleBook } from "./sample-book.fixture.ts";

const id = (digits: string): string => `018f0000-0000-7000-8000-00000000${digits}`;
const LATER = new Date(NOW.getTime() + 60_000);
const onBank = { fundId: FUND_ID, accountId: ACCOUNTS.bank.id };

const hold = (holdId: string, expiresAt: Date | null): BookCommand => ({
  kind: "PlaceHold",
  ...onBank,
  holdId,
  amount: "20.00",
  contraAccountId: ACCOUNTS.fees.id,
  description: "Hold",
  reference: null,
  metadata: { a: [1, null] },
  expiresAt,
});

const content = {
  effectiveDate: "2026-06-30",
  description: "Noted",
  reference: null,
  metadata: {},
};

const PROPOSED = posting(
  [
    ["fees", "DEBIT", "0.01"],
    ["capital", "CREDIT", "0.01"],
  ],
  { transactionId: id("2004"), metadata: { a: [1, null] } },
);

const line = (transactionId: string): BookCommand => ({
  kind: "PostStatementLine",
  ...onBank,
  transactionId,
  amountMinor: -12n,
  effectiveDate: "2026-07-01",
  description: "Line",
  reference: null,
  counterparty: "A supplier",
  metadata: {},
  importId: id("5001"),
  contra: {
    accountId: ACCOUNTS.fees.id,
    own: { freshId: id("1002"), code: "OWN", name: "Own", type: "EXPENSE" },
  },
});

/** One after the other, these lead to an event of every type but the first. */
const COMMANDS: readonly BookCommand[] = [
  {
    kind: "OpenAccount",
    fundId: FUND_ID,
    accountId: id("1001"),
    code: "NEW",
    name: "New",
    type: "ASSET",
    currency: "ETH/18",
    minimumBalance: "-0.000000000000000001",
  },
  posting(
    [
      ["bank", "DEBIT", "100.00"],
      ["capital", "CREDIT", "100.00"],
      ["dollars", "DEBIT", "50.00"],
      ["dollarGains", "CREDIT", "50.00"],
    ],
    {
      transactionId: id("2001"),
      fx: [
        { base: "EUR", quote: "USD", rate: "0.50", baseAmount: undefined, quoteAmount: undefined },
      ],
    },
  ),
  {
    kind: "SetDimension",
    fundId: null,
    dimension: "project",
    replaces: 0,
    name: "Project",
    isActive: true,
    requiredTypes: [],
    requiredCodes: ["9"],
  },
  {
    kind: "SetDimensionValues",
    fundId: null,
    dimension: "project",
    values: [{ value: "A", name: "First", isActive: true }],
  },
  { kind: "SetAccountFloor", ...onBank, minimumBalance: "-1.00" },
  { kind: "SetAccountFloor", ...onBank, minimumBalance: null },
  hold(id("3001"), null),
  hold(id("3002"), LATER),
  {
    kind: "CaptureHold",
    ...onBank,
    ...content,
    holdId: id("3001"),
    amount: "5.00",
    contraAccountId: undefined,
    releaseRest: true,
    transactionId: id("2002"),
  },
  { kind: "ExpireHolds", fundId: FUND_ID },
  {
    kind: "ReverseTransaction",
    fundId: FUND_ID,
    ...content,
    reverses: id("2001"),
    transactionId: id("2003"),
    amount: undefined,
    entries: undefined,
  },
  {
    kind: "RenameAccount",
    ...onBank,
    name: "Main bank",
    parentId: ACCOUNTS.dollars.id,
    metadata: { b: [1, null], a: "ä" },
    countsAsCash: false,
  },
  { kind: "ClassifyAccount", ...onBank, class: "NON_CURRENT" },
  { kind: "FreezeAccount", ...onBank, reason: "Review" },
  { kind: "UnfreezeAccount", ...onBank, reason: "Reviewed" },
  { kind: "CloseAccount", fundId: FUND_ID, accountId: ACCOUNTS.yen.id, reason: "Unused" },
  { kind: "ClosePeriod", fundId: FUND_ID, periodId: id("4001"), from: undefined, to: "2026-06-30" },
  { kind: "ReopenPeriod", fundId: FUND_ID, periodId: id("4001"), reason: "Late" },
  {
    kind: "RecordImport",
    ...onBank,
    importId: id("5002"),
    currency: "EUR",
    format: "CSV",
    iban: null,
    importedAt: NOW,
    lines: 4,
    posted: 1,
    proposed: 1,
    duplicates: 2,
    possibleDuplicates: 0,
    skipped: 0,
    openingMinor: null,
    closingMinor: -5n,
  },
  { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "0.00" },
  PROPOSED,
  {
    kind: "ApproveProposal",
    fundId: FUND_ID,
    proposalId: proposalIdOf(id("2004")),
    proposed: {
      command: { ...PROPOSED },
      totals: [{ currency: "EUR", amountMinor: 1n }],
    },
  },
  { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "0.00", per: "CHANGE" },
  { kind: "SetAccountFloor", ...onBank, minimumBalance: "-100.00" },
  { kind: "SetAccountFloor", ...onBank, minimumBalance: "-200.00" },
  line(id("2005")),
  {
    kind: "RejectProposal",
    fundId: FUND_ID,
    proposalId: proposalIdOf(id("2005")),
    reason: "Not due",
  },
  line(id("2006")),
  { kind: "WithdrawProposal", fundId: FUND_ID, proposalId: proposalIdOf(id("2006")) },
  ...administerCommands(FUND_ID),
];

/** Postings are proposed by one person; another one decides. */
function requesterOf({ kind }: BookCommand): Requester {
  const isMaker = ["PostTransaction", "PostStatementLine", "WithdrawProposal"].includes(kind);
  return isMaker ? { actor: "maker", owner: "owner" } : { actor: "checker" };
}

const ofStatement = { importId: id("5003"), ...onBank };
const ofLine = { effectiveDate: "2026-07-01", amountMinor: -5n, identity: id("5004") };
const lineFact = {
  ...ofLine,
  fileLine: 2,
  bookingDate: "2026-07-01",
  description: "Line",
  reference: null,
  counterparty: undefined,
  reversal: false,
  details: {},
  earlierId: null,
};

const ofMatch = {
  matchId: id("5005"),
  ...onBank,
  lines: [{ importId: id("5003"), line: 2 }],
  transactionIds: [id("2007")],
};

/** What the lines of a bank's file and the decisions on them lead to. */
const OF_STATEMENT: readonly BookEvent[] = [
  {
    type: "StatementReceived",
    ...ofStatement,
    currency: "EUR",
    format: "CSV",
    iban: null,
    fileHash: "ab".repeat(32),
    from: "2026-07-01",
    to: "2026-07-01",
    lines: 2,
    skipped: 0,
    openingMinor: -5n,
    closingMinor: null,
    breaks: [
      { kind: "SINCE_LAST_IMPORT", expectedMinor: 0n, foundMinor: -5n },
      { kind: "BETWEEN_LINES", expectedMinor: 0n, foundMinor: 5n, line: 7 },
    ],
    reading: { date: "#1" },
    rules: [{ contains: ["fee"], direction: "OUT", accountId: ACCOUNTS.fees.id }],
    receiptsAccountId: null,
    paymentsAccountId: ACCOUNTS.fees.id,
  },
  {
    type: "StatementLinesRead",
    ...ofStatement,
    currency: "EUR",
    first: 1,
    lines: [
      { ...lineFact, verdict: "NEW", transactionId: id("2007") },
      {
        ...lineFact,
        counterparty: "A supplier",
        reversal: true,
        details: { purpose: "RENT" },
        verdict: "POSSIBLE_DUPLICATE",
        transactionId: null,
        earlierId: id("2007"),
      },
    ],
  },
  {
    type: "StatementLineConfirmed",
    ...ofStatement,
    ...ofLine,
    currency: "EUR",
    line: 2,
    transactionId: id("2008"),
  },
  {
    type: "StatementLineRejected",
    importId: id("5003"),
    fundId: FUND_ID,
    line: 2,
    reason: "The same",
  },
  {
    type: "LinesMatched",
    ...ofMatch,
    currency: "EUR",
    amountMinor: -5n,
    note: "Seen",
  },
  {
    type: "ImportRulesSet",
    ...onBank,
    version: 1,
    csv: { date: "#1" },
    rules: [{ contains: ["fee"], direction: "OUT", accountId: ACCOUNTS.fees.id }],
    receiptsAccountId: null,
    paymentsAccountId: ACCOUNTS.fees.id,
    note: null,
  },
  { type: "LinesUnmatched", ...ofMatch, reason: "Not the same" },
  {
    type: "ReconcilingItemUpdated",
    ...onBank,
    importId: id("5003"),
    line: 2,
    transactionId: null,
    owner: "ann",
    explanation: null,
    isClosed: false,
  },
  { type: "StatementUndone", ...ofStatement, reason: "Wrong account", transactions: 2 },
];

function allEvents(): BookEvent[] {
  const state = sampleBook();
  const events: BookEvent[] = [
    { type: "FundOpened", fundId: FUND_ID, name: "Sample", currency: "EUR" },
  ];
  for (const command of COMMANDS) {
    const now = command.kind === "ExpireHolds" ? LATER : NOW;
    const decision = decide(command, state, now, requesterOf(command));
    if (!decision.accepted) throw decision.refusal;
    for (const event of decision.events) {
      evolve(state, event);
      events.push(event);
      // As it would be loaded for the reversal to come.
      if (event.type === "TransactionPosted" && event.transactionId === id("2001")) {
        const legs = legsOf(event.entries);
        state.put(ORIGINAL, event.transactionId, { isReversal: false, legs, parts: legs });
      }
    }
  }
  return [...events, ...OF_STATEMENT, ...orderEvents(FUND_ID), ...valuationEvents()];
}

test("every type of event comes back from what is stored as it was, and is published as followers read it", () => {
  const events = allEvents();
  for (const [index, event] of events.entries()) {
    const stored: unknown = JSON.parse(encodeEvent(MODEL, event).json);
    expect(decodeEvent(MODEL, event.type, stored)).toEqual(event);
    const published = {
      tenantId: BOOK.tenantId,
      fundId: FUND_ID,
      position: index + 1,
      type: event.type,
      recordedAt: NOW.toISOString(),
      payload: stored,
    };
    expect(ledgerEventSchema.parse(published)).toEqual(published);
  }
  expect(new Set<string>(events.map(({ type }) => type))).toEqual(
    new Set([
      "AccountClassified",
      "AccountClosed",
      "AccountFloorSet",
      "AccountFrozen",
      "AccountOpened",
      "AccountRenamed",
      "AccountUnfrozen",
      "ApprovalLimitSet",
      "ChangeProposed",
      "DimensionSet",
      "DimensionValuesSet",
      "FundOpened",
      "FundTermsSet",
      "InvestorAccountOpened",
      "InvestorErased",
      "InvestorsRegistered",
      "KycStateSet",
      "OrderApprovalGiven",
      "OrderApprovalRefused",
      "OrderApproved",
      "OrderCancelled",
      "OrderDealt",
      "OrderDeferred",
      "OrderPlaced",
      "OrderRejected",
      "OrderSettled",
      "HoldCaptured",
      "HoldExpired",
      "HoldPlaced",
      "HoldVoided",
      "ImportRulesSet",
      "LinesMatched",
      "LinesUnmatched",
      "NavCalculated",
      "NavDiscarded",
      "NavPublished",
      "PeriodClosed",
      "PeriodReopened",
      "ProposalApproved",
      "ProposalRejected",
      "ProposalWithdrawn",
      "ReconcilingItemUpdated",
      "ShareClassOpened",
      "ShareClassStateSet",
      "ShareClassTermsSet",
      "StatementImported",
      "StatementLineConfirmed",
      "StatementLineRejected",
      "StatementLinesRead",
      "StatementReceived",
      "StatementUndone",
      "TransactionPosted",
      "TransactionProposed",
    ]),
  );
});
