import { describe, expect, test } from "vitest";
import {
  T1,
  BANK,
  T2,
  T3,
  paidIn,
  paidOut,
  reason,
  limit,
  foundIn,
  type Case,
} from "./offline-forged.fixture.ts";
import { proposalOf, type LogWriter } from "./offline-log.fixture.ts";

function propose(log: LogWriter, amount = "60.00"): LogWriter {
  return limit(log, "50.00").propose(T2, paidIn(amount), "50.00");
}

function decide(log: LogWriter, actor: string, type: string, more: object = {}): LogWriter {
  log.actor = actor;
  return log.add(type, { proposalId: proposalOf(T2), ...more });
}

const totals = [{ currency: "EUR", amount: "60.00", limit: "50.00" }];

/** The log with other members in the payload of its last event. */
function changeLast(log: LogWriter, members: object): LogWriter {
  const last = log.events.pop();
  return log.add(last?.type ?? "", { ...last?.payload, ...members });
}

function changeCommand(log: LogWriter, members: object): LogWriter {
  return changeLast(log, {
    command: { ...(log.events.at(-1)?.payload["command"] as object), ...members },
  });
}

const APPROVALS: Case[] = [
  ["a posting at the limit", "sound", (log) => limit(log, "50.00").post(T2, paidIn("50.00"))],
  [
    "a posting above the limit",
    "APPROVAL 8",
    (log) => limit(log, "50.00").post(T2, paidIn("50.01")),
  ],
  [
    "a posting above the limit in two debits",
    "APPROVAL 8",
    (log) => limit(log, "50.00").post(T2, [...paidIn("30.00"), ...paidOut("30.00")]),
  ],
  [
    "a posting above a limit that was taken away",
    "sound",
    (log) => limit(limit(log, "50.00"), null).post(T2, paidIn("60.00")),
  ],
  [
    "a posting that another person approved",
    "sound",
    (log) =>
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T2 }).post(
        T2,
        paidIn("60.00"),
        { description: "A proposal" },
      ),
  ],
  [
    "a posting that its maker approved",
    "APPROVAL 9",
    (log) => decide(propose(log), "ann", "ProposalApproved", { transactionId: T2 }),
  ],
  [
    "a posting of more than was approved",
    "APPROVAL 10",
    (log) =>
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T2 }).post(
        T2,
        paidIn("60.01"),
        { description: "A proposal" },
      ),
  ],
  [
    "a posting of another text than was approved",
    "APPROVAL 10",
    (log) =>
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T2 }).post(
        T2,
        paidIn("60.00"),
      ),
  ],
  [
    "a posting between an approval and what it approved",
    "APPROVAL 10",
    (log) =>
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T2 }).post(
        T3,
        paidIn("1.00"),
      ),
  ],
  [
    "an approved posting by another than who approved",
    "COMMAND 10",
    (log) => {
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T2 });
      log.actor = "cem";
      log.post(T2, paidIn("60.00"), { description: "A proposal" });
    },
  ],
  [
    "an approval that posts nothing",
    "APPROVAL 9",
    (log) => decide(propose(log), "bob", "ProposalApproved", { transactionId: null }),
  ],
  [
    "a proposal decided twice",
    "APPROVAL 10",
    (log) => {
      decide(propose(log), "bob", "ProposalRejected", { reason });
      decide(log, "bob", "ProposalRejected", { reason });
    },
  ],
  [
    "a proposal rejected by its maker",
    "APPROVAL 9",
    (log) => decide(propose(log), "ann", "ProposalRejected", { reason }),
  ],
  [
    "a proposal withdrawn by its maker",
    "sound",
    (log) => decide(propose(log), "ann", "ProposalWithdrawn"),
  ],
  [
    "a proposal withdrawn by another",
    "APPROVAL 9",
    (log) => decide(propose(log), "bob", "ProposalWithdrawn"),
  ],
  [
    "a proposal withdrawn by a client, whose owner an earlier version did not record",
    "sound",
    (log) => {
      propose(log).actor = "bot";
      log.add("ProposalWithdrawn", { proposalId: proposalOf(T2) }, { origin: "bot - - - -" });
    },
  ],
  ["a proposal that is below the limit", "APPROVAL 8", (log) => propose(log, "50.00")],
  [
    "a proposal that shows another limit",
    "APPROVAL 8",
    (log) => limit(log, "50.00").propose(T2, paidIn("60.00"), "55.00"),
  ],
  [
    "a posting proposed twice",
    "APPROVAL 9",
    (log) => propose(log).propose(T2, paidIn("60.00"), "50.00"),
  ],
  [
    "a proposal in the name of another",
    "APPROVAL 8",
    (log) => changeLast(propose(log), { maker: "bob" }),
  ],
  [
    "a proposal with other totals",
    "APPROVAL 8",
    (log) =>
      changeLast(propose(log), { totals: [{ currency: "EUR", amount: "61.00", limit: "50.00" }] }),
  ],
  [
    "a proposal with more totals",
    "APPROVAL 8",
    (log) => changeLast(propose(log), { totals: [...totals, ...totals] }),
  ],
  [
    "a proposal that shows no limit",
    "APPROVAL 7",
    (log) =>
      changeLast(log.propose(T2, paidIn("60.00"), "50.00"), {
        totals: [{ currency: "EUR", amount: "60.00" }],
      }),
  ],
  [
    "a proposal with another text than its command",
    "APPROVAL 8",
    (log) => changeLast(propose(log), { description: "Something else" }),
  ],
  [
    "a proposal of an unknown command",
    "APPROVAL 8",
    (log) => changeCommand(propose(log), { kind: "PayOut" }),
  ],
  [
    "a proposal of a command with other entries",
    "APPROVAL 8",
    (log) => changeCommand(propose(log), { entries: [] }),
  ],
  [
    "a proposal of a command with another amount",
    "APPROVAL 8",
    (log) =>
      changeCommand(propose(log), {
        entries: paidIn("60.01").map(([accountId, side, amount]) => ({ accountId, side, amount })),
      }),
  ],
  [
    "a proposal of a command without metadata",
    "APPROVAL 8",
    (log) => changeCommand(propose(log), { metadata: null }),
  ],
  [
    "a proposal of a command with another source",
    "APPROVAL 8",
    (log) => changeCommand(propose(log), { source: { kind: "CAPTURE" } }),
  ],
  [
    "an approval of another transaction",
    "APPROVAL 9",
    (log) => {
      decide(propose(log), "bob", "ProposalApproved", { transactionId: T3 });
      log.post(T3, paidIn("60.00"), { description: "A proposal" });
    },
  ],
  ["a limit below zero", "APPROVAL 7", (log) => limit(log, "-0.01")],
  [
    "a limit of the fund with a version",
    "APPROVAL 7",
    (log) =>
      log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount: "1.00", version: 1 }),
  ],
  [
    "a proposal below a limit of the tenant that it shows",
    "APPROVAL 7",
    (log) => log.propose(T2, paidIn("60.00"), "70.00"),
  ],
  [
    "a proposal of a transaction that was posted",
    "APPROVAL 9",
    (log) => limit(log, "50.00").post(T2, paidIn("1.00")).propose(T2, paidIn("60.00"), "50.00"),
  ],
  [
    "a proposal with the reference of another",
    "APPROVAL 9",
    (log) => {
      const reference = "r";
      limit(log, "50.00").post(T3, paidIn("1.00"), { reference });
      log.propose(T2, paidIn("60.00"), "50.00", { reference });
    },
  ],
  [
    "an adjustment of more than was approved",
    "APPROVAL 10",
    (log) => {
      const command = { kind: "AdjustBalance", accountId: BANK, balance: "160.00" };
      limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00", { command });
      decide(log, "bob", "ProposalApproved", { transactionId: T2 });
      log.post(T2, paidIn("61.00"), { description: "A proposal", source: { kind: "ADJUSTMENT" } });
    },
  ],
  [
    "an adjustment that leads to another balance",
    "APPROVAL 8",
    (log) => {
      const command = { kind: "AdjustBalance", accountId: BANK, balance: "160.01" };
      limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00", { command });
    },
  ],
  [
    "a reversal proposed of more than there was",
    "REVERSAL 8",
    (log) => {
      const command = { kind: "ReverseTransaction", reverses: T1 };
      limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00", { command });
    },
  ],
  [
    "a bank's line proposed with another amount",
    "APPROVAL 8",
    (log) => {
      const command = {
        kind: "PostStatementLine",
        accountId: BANK,
        amountMinor: "-6000",
        importId: T3,
      };
      limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00", { command });
    },
  ],
  [
    "a capture proposed of a hold that never was",
    "APPROVAL 8",
    (log) => {
      const command = { kind: "CaptureHold", accountId: BANK, holdId: T3 };
      limit(log, "50.00").propose(T2, paidOut("60.00"), "50.00", { command });
    },
  ],
];

/** A posting that waits for two people, and who gave the first approval. */
function halfApproved(log: LogWriter, actor: string, deciderOwner?: string): LogWriter {
  changeLast(propose(log), { approvers: 2 });
  return decide(log, actor, "ApprovalGiven", ownedBy(deciderOwner));
}

const ownedBy = (deciderOwner: string | undefined): object =>
  deciderOwner === undefined ? {} : { deciderOwner };

const approved = (log: LogWriter, actor: string, deciderOwner?: string): LogWriter =>
  decide(log, actor, "ProposalApproved", { transactionId: T2, ...ownedBy(deciderOwner) }).post(
    T2,
    paidIn("60.00"),
    { description: "A proposal" },
  );

const byClient = { origin: "bot - - - -" };

const PEOPLE: Case[] = [
  ["two people", "sound", (log) => approved(halfApproved(log, "bob"), "cem")],
  [
    "a person and the client of another",
    "sound",
    (log) => approved(halfApproved(log, "bob"), "bot", "cem"),
  ],
  ["one person twice", "APPROVAL 10", (log) => approved(halfApproved(log, "bob"), "bob")],
  [
    "a person, then a client of theirs",
    "APPROVAL 10",
    (log) => approved(halfApproved(log, "bob"), "bot", "bob"),
  ],
  [
    "a client, then the person who owns it",
    "APPROVAL 10",
    (log) => approved(halfApproved(log, "bot", "bob"), "bob"),
  ],
  [
    "two clients of one person",
    "APPROVAL 10",
    (log) => approved(halfApproved(log, "bot", "bob"), "other", "bob"),
  ],
  [
    "a client of the maker's, as the first of two",
    "APPROVAL 9",
    (log) => halfApproved(log, "bot", "ann"),
  ],
  ["a client of the maker's", "APPROVAL 9", (log) => approved(propose(log), "bot", "ann")],
  [
    "a client of the maker's that rejects",
    "APPROVAL 9",
    (log) => decide(propose(log), "bot", "ProposalRejected", { reason, deciderOwner: "ann" }),
  ],
  [
    "a client of the maker's that withdraws",
    "sound",
    (log) => decide(propose(log), "bot", "ProposalWithdrawn", { deciderOwner: "ann" }),
  ],
  [
    "a client of another that withdraws",
    "APPROVAL 9",
    (log) => {
      propose(log).actor = "bot";
      const payload = { proposalId: proposalOf(T2), deciderOwner: "bob" };
      log.add("ProposalWithdrawn", payload, byClient);
    },
  ],
  [
    "a refusal to a client of the maker's",
    "sound",
    (log) =>
      decide(propose(log), "bot", "ApprovalRefused", { isMaker: false, deciderOwner: "ann" }),
  ],
  [
    "a refusal without a reason to a client of another",
    "APPROVAL 9",
    (log) =>
      decide(propose(log), "bot", "ApprovalRefused", { isMaker: false, deciderOwner: "bob" }),
  ],
  [
    "a refusal to a client of one who did not approve",
    "APPROVAL 10",
    (log) =>
      decide(halfApproved(log, "bob"), "bot", "ApprovalRefused", {
        isMaker: false,
        reason: "APPROVED_BEFORE",
        deciderOwner: "cem",
      }),
  ],
];

describe.each([
  ["approvals", APPROVALS],
  ["decisions of people", PEOPLE],
])("forged %s", (_of, cases) => {
  test.each(cases)("%s: %s", (_what, found, write) => {
    expect(foundIn(write)).toBe(found);
  });
});
