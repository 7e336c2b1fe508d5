import { proposalOf, type LogWriter } from "./offline-log.fixture.ts";
import {
  ADJUSTMENTS,
  BANK,
  CAPITAL,
  FEES,
  hold,
  onBank,
  placeHold,
  statement,
  transaction,
} from "./offline-sample-parts.fixture.ts";

export function limitAndPropose(log: LogWriter): void {
  log.actor = "boss";
  log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount: "60.00" });
  log.actor = "ann";
  const source = { kind: "STATEMENT", importId: statement(1), counterparty: "Bank" };
  const received = { source, reference: "ref-1" };
  log.post(
    transaction(7),
    [
      [BANK, "DEBIT", "60.00"],
      [FEES, "CREDIT", "60.00"],
    ],
    received,
  );
  const balances = { openingBalance: "100.00", closingBalance: "160.00" };
  const counted = {
    lines: 4,
    posted: 1,
    proposed: 1,
    duplicates: 1,
    possibleDuplicates: 1,
    skipped: 2,
  };
  const file = {
    format: "CAMT053",
    iban: "DE02120300000000202051",
    importedAt: "2026-07-01T00:00:00.000Z",
  };
  log.add("StatementImported", {
    importId: statement(1),
    accountId: BANK,
    currency: "EUR",
    ...file,
    ...counted,
    ...balances,
  });
  log.propose(
    transaction(8),
    [
      [BANK, "DEBIT", "61.00"],
      [CAPITAL, "CREDIT", "61.00"],
    ],
    "60.00",
    {
      reference: "ref-8",
      command: { metadata: { note: "large" } },
    },
  );
  log.actor = "bob";
  log.keyed(() => {
    log.approve(transaction(8));
    const proposed = { description: "A proposal", reference: "ref-8", metadata: { note: "large" } };
    log.post(
      transaction(8),
      [
        [BANK, "DEBIT", "61.00"],
        [CAPITAL, "CREDIT", "61.00"],
      ],
      proposed,
    );
  });
}

/** The bank account has 221.00. */
export function proposeEveryKind(log: LogWriter): void {
  log.actor = "ann";
  const own = {
    freshId: ADJUSTMENTS,
    code: "BALANCE-ADJUSTMENTS-EUR",
    name: "Balance adjustments",
    type: "EQUITY",
  };
  const contra = { own };
  log.propose(
    transaction(9),
    [
      [BANK, "DEBIT", "79.00"],
      [ADJUSTMENTS, "CREDIT", "79.00"],
    ],
    "60.00",
    {
      command: { kind: "AdjustBalance", accountId: BANK, balance: "300.00", contra },
    },
  );
  log.actor = "bob";
  log.approve(transaction(9));
  log.openAccount(ADJUSTMENTS, "EQUITY");
  const proposed = { description: "A proposal" };
  log.post(
    transaction(9),
    [
      [BANK, "DEBIT", "79.00"],
      [ADJUSTMENTS, "CREDIT", "79.00"],
    ],
    {
      ...proposed,
      source: { kind: "ADJUSTMENT" },
    },
  );
  log.actor = "ann";
  log.propose(
    transaction(10),
    [
      [ADJUSTMENTS, "DEBIT", "79.00"],
      [BANK, "CREDIT", "79.00"],
    ],
    "60.00",
    {
      command: { kind: "ReverseTransaction", reverses: transaction(9) },
    },
  );
  log.actor = "bob";
  log.add("ProposalRejected", { proposalId: proposalOf(transaction(10)), reason: "Not yet" });
  log.actor = "ann";
  log.propose(
    transaction(11),
    [
      [BANK, "DEBIT", "70.00"],
      [FEES, "CREDIT", "70.00"],
    ],
    "60.00",
    {
      command: {
        kind: "PostStatementLine",
        accountId: BANK,
        amountMinor: "7000",
        importId: statement(1),
        contra: { accountId: FEES, own },
      },
    },
  );
  log.add("ProposalWithdrawn", { proposalId: proposalOf(transaction(11)) });
  placeHold(log, 3, "62.00", null);
  log.propose(
    transaction(12),
    [
      [FEES, "DEBIT", "62.00"],
      [BANK, "CREDIT", "62.00"],
    ],
    "60.00",
    {
      command: { kind: "CaptureHold", holdId: hold(3), accountId: BANK },
    },
  );
  log.actor = "bob";
  log.keyed(() => {
    log.approve(transaction(12));
    log.add("HoldCaptured", {
      ...onBank,
      holdId: hold(3),
      transactionId: transaction(12),
      amount: "62.00",
      remaining: "0.00",
    });
    log.post(
      transaction(12),
      [
        [FEES, "DEBIT", "62.00"],
        [BANK, "CREDIT", "62.00"],
      ],
      {
        ...proposed,
        source: { kind: "CAPTURE", holdId: hold(3) },
      },
    );
  });
}
