import { newId } from "@allfunds/platform/ids";
import { payIn, type SmallFund } from "../ledger-database.fixture.ts";
import type { LineName } from "../slices/bank-statements/line-match.ts";
import type { LineFact } from "../slices/bank-statements/statement.ts";
import type { BookCommand, BookRequest } from "../slices/model.ts";

/** A bank statement with a line of each fate, decided on by a person, and one that was undone. */
export function statementRequests(fund: SmallFund): BookRequest[] {
  const first = lineOf({ amountMinor: 500n, transactionId: newId() });
  const [confirmed, rejected] = [1, 2].map(() =>
    lineOf({
      amountMinor: 500n,
      verdict: "POSSIBLE_DUPLICATE",
      earlierId: first.transactionId,
      counterparty: "A tenant",
      reversal: true,
      details: { "ä/ß": "x" },
    }),
  );
  if (confirmed === undefined || rejected === undefined) throw new Error("there are two");
  const [importId, undoneId, confirmedId] = [newId(), newId(), newId()];
  const { fundId } = fund;
  const undone = lineOf({ amountMinor: -700n, transactionId: newId() });
  return [
    ...importOf(fund, importId, [first, confirmed, rejected]),
    alone({
      kind: "ConfirmStatementLine",
      importId,
      fundId,
      line: 2,
      identity: confirmed.identity,
      transactionId: confirmedId,
    }),
    postingOf(fund, importId, { ...confirmed, transactionId: confirmedId }),
    alone({ kind: "RejectStatementLine", importId, fundId, line: 3, reason: "The same" }),
    setRules(fund, 0),
    setRules(fund, 1),
    ...matching(fund, { importId, line: 3 }),
    ...importOf(fund, undoneId, [{ ...first, ...LEFT_OUT }, undone]),
    alone({ kind: "UndoStatement", importId: undoneId, fundId, reason: "Wrong", transactions: 1 }),
    alone({
      kind: "ReverseTransaction",
      fundId,
      reverses: undone.transactionId ?? "",
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      description: "Undone",
      reference: null,
      metadata: { undoes: undoneId },
    }),
  ];
}

const setRules = ({ fundId, bank, capital }: SmallFund, replaces: number): BookRequest =>
  alone({
    kind: "SetImportRules",
    fundId,
    accountId: bank,
    replaces,
    csv: { date: "#1" },
    rules: [{ contains: ["rent"], direction: "IN", accountId: capital }],
    receiptsAccountId: capital,
    paymentsAccountId: null,
    note: "First",
  });

/** A line matched with a posting of the same amount, the match taken back, and what is known of each side. */
function matching(fund: SmallFund, line: LineName): BookRequest[] {
  const { fundId, bank: accountId } = fund;
  const [transactionId, matchId] = [newId(), newId()];
  const of = { fundId, accountId, matchId };
  const known = { owner: "ann", explanation: "Seen", isClosed: true };
  return [
    payIn(fund, "5.00", { transactionId }),
    alone({
      kind: "MatchLines",
      ...of,
      lines: [line],
      transactionIds: [transactionId],
      note: "Ok",
    }),
    alone({ kind: "UnmatchLines", ...of, reason: "Not the same" }),
    alone({
      kind: "UpdateReconcilingItem",
      fundId,
      accountId,
      importId: null,
      line: null,
      transactionId,
      ...known,
    }),
    alone({
      kind: "UpdateReconcilingItem",
      fundId,
      accountId,
      ...line,
      transactionId: null,
      ...known,
    }),
  ];
}

const LEFT_OUT = { verdict: "DUPLICATE", transactionId: null } as const;

const alone = (command: BookCommand & { readonly fundId: string }): BookRequest => ({
  bookId: command.fundId,
  command,
  key: undefined,
  content: null,
});

const lineOf = (more: Partial<LineFact>): LineFact => ({
  fileLine: 2,
  effectiveDate: "2026-06-30",
  bookingDate: "2026-06-30",
  amountMinor: 1n,
  description: "Rent",
  reference: null,
  counterparty: undefined,
  reversal: false,
  details: {},
  identity: newId(),
  verdict: "NEW",
  transactionId: null,
  earlierId: null,
  ...more,
});

function importOf(fund: SmallFund, importId: string, lines: readonly LineFact[]): BookRequest[] {
  const { fundId, bank, capital } = fund;
  const of = { importId, fundId };
  return [
    alone({
      kind: "ReceiveStatement",
      moves: { IN: 0n, OUT: 0n },
      ...of,
      accountId: bank,
      currency: "EUR",
      format: "CSV",
      iban: "DE02120300000000202051",
      fileHash: "ab".repeat(32),
      from: "2026-06-30",
      to: "2026-06-30",
      lines: lines.length,
      skipped: 1,
      openingMinor: 0n,
      closingMinor: 500n,
      breaks: [{ kind: "SINCE_LAST_IMPORT", expectedMinor: 1n, foundMinor: 0n }],
      reading: { date: "Date" },
      rules: [{ contains: ["rent"], direction: "IN", accountId: capital }],
      receiptsAccountId: capital,
      paymentsAccountId: null,
    }),
    alone({ kind: "ReadStatementLines", ...of, lines }),
    ...lines
      .filter(({ transactionId }) => transactionId !== null)
      .map((line) => postingOf(fund, importId, line)),
    alone({ kind: "FinishStatement", ...of }),
  ];
}

const postingOf = (
  { fundId, bank, capital }: SmallFund,
  importId: string,
  line: LineFact,
): BookRequest => ({
  bookId: fundId,
  command: {
    kind: "PostStatementLine",
    fundId,
    transactionId: line.transactionId ?? "",
    accountId: bank,
    amountMinor: line.amountMinor,
    effectiveDate: line.effectiveDate,
    description: line.description,
    reference: null,
    metadata: { importId },
    importId,
    contra: {
      accountId: capital,
      own: { freshId: newId(), code: "UNUSED", name: "Unused", type: "INCOME" },
    },
  },
  key: undefined,
  keyId: line.identity,
  content: null,
});
