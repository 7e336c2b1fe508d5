import { afterAll, describe, expect, test } from "vitest";
import {
  FRESH,
  foundIn,
  limit,
  paidIn,
  paidOut,
  reason,
  T2,
  T3,
  type Case,
} from "./offline-forged.fixture.ts";
import { VerifierFolder, proposalOf, type LogWriter } from "./offline-log.fixture.ts";

const folder = new VerifierFolder();
afterAll(() => folder.remove());

function propose(log: LogWriter, amount = "60.00"): LogWriter {
  return limit(log, "50.00").propose(T2, paidIn(amount), "50.00");
}

function decide(log: LogWriter, actor: string, type: string, more: object = {}): LogWriter {
  log.actor = actor;
  return log.add(type, { proposalId: proposalOf(T2), ...more });
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
    "a proposal withdrawn by a client, whose owner the log does not name",
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
];

const COMMANDS: Case[] = [
  [
    "a command key used twice",
    "COMMAND 8",
    (log) => {
      log.keyed(() => log.post(T2, paidIn("1.00"))).keyed(() => log.post(T3, paidIn("1.00")));
      const [before, last] = log.events.slice(-2);
      if (before === undefined || last === undefined) throw new Error("there should be two");
      log.events[7] = { ...last, commandKey: before.commandKey };
    },
  ],
  [
    "a command of two postings",
    "COMMAND 8",
    (log) => log.keyed(() => log.post(T2, paidIn("1.00")).post(T3, paidIn("1.00"))),
  ],
  [
    "a command that another goes on with",
    "COMMAND 8",
    (log) =>
      log.keyed(() => {
        log.openAccount(FRESH, "INCOME").actor = "bob";
        log.post(T2, paidIn("1.00"));
      }),
  ],
  [
    "a command whose last event is missing",
    "COMMAND 7",
    (log) => {
      log.keyed(() => log.openAccount(FRESH, "INCOME").post(T2, paidIn("1.00")));
      log.events.pop();
    },
  ],
  [
    "an account opened with the posting that needs it",
    "sound",
    (log) => log.keyed(() => log.openAccount(FRESH, "INCOME").post(T2, paidIn("1.00"))),
  ],
];

describe.each([
  ["approvals", APPROVALS],
  ["commands", COMMANDS],
])("forged %s", (_of, cases) => {
  test.each(cases)("%s: %s", async (_what, found, write) => {
    expect(await foundIn(folder, write)).toBe(found);
  });
});
