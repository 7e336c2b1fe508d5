import { AppError } from "@allfunds/contract/errors";
import type {
  Account,
  AccountReconciliation,
  BankStatement,
  BankStatementLine,
  FakeValue,
  ImportStatementInput,
  MoveStatementLineInput,
  SplitStatementLineInput,
  RulesEffectInput,
  StartStatementImportInput,
  StatementImportJob,
  StatementPreview,
  StatementUndoJob,
  StatementUpload,
  UndoStatementInput,
} from "@allfunds/graph-tools/fake-graph";
import { CASH, FUND, EUR } from "./sample-values.fixture.ts";

export const STATEMENT_JOB = "018f0000-0000-7000-8000-00000000a004";
export const UNDO_JOB = "018f0000-0000-7000-8000-00000000a005";
export const STATEMENT = "018f0000-0000-7000-8000-00000000b001";

const LINE: FakeValue<BankStatementLine> = {
  number: 1,
  fileLine: 2,
  effectiveDate: "2026-06-10",
  bookingDate: "2026-06-10",
  amount: EUR("-1200.00"),
  description: "=Rent",
  verdict: "NEW",
  parts: [
    {
      accountId: CASH,
      amount: EUR("1200.00"),
      dimensions: [{ dimension: "site", value: "1" }],
    },
  ],
};

const IMPORTED: FakeValue<BankStatement> = {
  id: STATEMENT,
  state: "IMPORTED",
  format: "CSV",
  fileHash: "ab".repeat(32),
  lineCount: 1,
  posted: 1,
  proposed: 0,
  duplicates: 0,
  possibleDuplicates: 0,
  openLines: 0,
  skipped: 0,
  breaks: [
    {
      kind: "SINCE_LAST_IMPORT",
      expected: EUR("10.00"),
      found: EUR("12.00"),
      difference: EUR("2.00"),
    },
    {
      kind: "BETWEEN_LINES",
      expected: EUR("1.00"),
      found: EUR("4.00"),
      difference: EUR("3.00"),
      line: 7,
    },
  ],
  closingBalance: EUR("12.00"),
  importedAt: "2026-06-30T12:00:00.000Z",
  importedBy: "maker",
  account: { id: CASH, fund: { id: FUND } },
};

/** One statement, and an upload that keeps the bytes it gets. */
export class FakeStatements {
  #statement = IMPORTED;
  #uploads = new Map<string, Buffer>();
  #finished = new Set<string>();
  /** How the last upload is to be imported. */
  input: StartStatementImportInput | undefined;

  get all(): FakeValue<BankStatement>[] {
    return [this.#statement];
  }

  readonly lines: FakeValue<BankStatementLine>[] = [LINE, { ...LINE, number: 2, fileLine: 3 }];

  /** The bytes that were uploaded. */
  uploaded(id: string): Buffer | undefined {
    return this.#uploads.get(id);
  }

  find(id: string): FakeValue<BankStatement> | null {
    return id === STATEMENT ? this.#statement : null;
  }

  begin(input: StartStatementImportInput, id: string): FakeValue<StatementUpload> {
    if (input.accountId !== CASH) {
      throw new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
    }
    this.input = input;
    const kept = this.#uploads.get(id) ?? Buffer.alloc(0);
    this.#uploads.set(id, kept);
    return { id, bytes: kept.length, isFinished: this.#finished.has(id) };
  }

  append(id: string, offset: number, contentBase64: string): FakeValue<StatementUpload> {
    const kept = this.#uploads.get(id) ?? Buffer.alloc(0);
    if (offset !== kept.length) {
      throw new AppError("UPLOAD_OFFSET_MISMATCH", `The upload has ${kept.length} bytes.`);
    }
    const grown = Buffer.concat([kept, Buffer.from(contentBase64, "base64")]);
    this.#uploads.set(id, grown);
    return { id, bytes: grown.length, isFinished: false };
  }

  finish(id: string): FakeValue<StatementImportJob> {
    this.#finished.add(id);
    return { ...this.#job("WAITING"), statementId: id };
  }

  job(id: string): FakeValue<StatementImportJob> | null {
    if (id !== STATEMENT_JOB) return null;
    const faults = [{ path: "line 2", message: "has no date" }];
    return { ...this.#job("FAILED"), statementId: STATEMENT, faults };
  }

  cancel(id: string): FakeValue<StatementImportJob> {
    if (id !== STATEMENT_JOB) throw new AppError("NOT_FOUND", "There is no such job.");
    return { ...this.#job("CANCELLED"), statementId: STATEMENT };
  }

  preview({ contentBase64, splits }: ImportStatementInput): FakeValue<StatementPreview> {
    const text = Buffer.from(contentBase64 ?? "", "base64").toString("utf8");
    if (!text.includes("Date")) {
      throw new AppError("STATEMENT_INVALID", "The file has no date.");
    }
    return {
      format: "CSV",
      lineCount: 2,
      newLines: 2,
      duplicates: 0,
      possibleDuplicates: 0,
      skipped: 0,
      breaks: [],
      lines: (splits ?? []).map(({ parts }) => ({
        fileLine: 2,
        effectiveDate: "2026-06-10",
        bookingDate: "2026-06-10",
        amount: EUR("-1200.00"),
        description: "=Rent",
        verdict: "NEW",
        parts: parts.map(({ accountId, amount }) => ({
          accountId,
          amount: EUR(amount),
          dimensions: [],
        })),
      })),
    };
  }

  undo({ statementId, reason }: UndoStatementInput): FakeValue<BankStatement> {
    if (statementId !== STATEMENT) throw new AppError("NOT_FOUND", "There is no such statement.");
    this.#statement = { ...this.#statement, state: "UNDONE", undoReason: reason };
    return this.#statement;
  }

  move({ statementId, line, accountId }: MoveStatementLineInput): FakeValue<BankStatement> {
    if (statementId !== STATEMENT) throw new AppError("NOT_FOUND", "There is no such statement.");
    if (line > this.lines.length) throw new AppError("STATEMENT_INVALID", "It has no such line.");
    if (accountId === CASH)
      throw new AppError("APPROVAL_REQUIRED", "It waits.", { proposalId: STATEMENT_JOB });
    return this.#statement;
  }

  split({ statementId, line, parts }: SplitStatementLineInput): FakeValue<BankStatement> {
    const [{ accountId } = { accountId: CASH }] = parts;
    return this.move({ statementId, line, accountId });
  }

  startUndo({ statementId }: UndoStatementInput): FakeValue<StatementUndoJob> {
    if (statementId !== STATEMENT) throw new AppError("NOT_FOUND", "There is no such statement.");
    return { ...this.#job("WAITING"), id: UNDO_JOB, kind: "statement-undo", statementId };
  }

  undoJob(id: string): FakeValue<StatementUndoJob> | null {
    if (id !== UNDO_JOB) return null;
    const job = { ...this.#job("SUCCEEDED"), id, kind: "statement-undo" };
    return { ...job, statementId: STATEMENT, reversed: 2, obstacles: [] };
  }

  cancelUndo(id: string): FakeValue<StatementUndoJob> {
    if (id !== UNDO_JOB) throw new AppError("NOT_FOUND", "There is no such job.");
    return { ...this.#job("CANCELLED"), id, kind: "statement-undo", statementId: STATEMENT };
  }

  /** What rules would change: the first line, when they are of payments. */
  rulesEffect({ rules }: RulesEffectInput): FakeValue<NonNullable<Account["importRulesEffect"]>> {
    const [rule] = rules;
    const lines =
      rule?.direction === "OUT"
        ? [{ statementId: STATEMENT, line: LINE, from: { id: CASH }, to: { id: rule.accountId } }]
        : [];
    return { compared: 2, isComplete: true, redirected: lines.length, lines };
  }

  #job(state: "WAITING" | "FAILED" | "CANCELLED" | "SUCCEEDED"): FakeValue<StatementImportJob> {
    return {
      id: STATEMENT_JOB,
      kind: "statement-import",
      state,
      progress: { done: 0, total: 1 },
      requestedBy: "maker",
      requestedAt: "2026-06-30T12:00:00.000Z",
    };
  }
}

export const RECONCILIATION: FakeValue<AccountReconciliation> = {
  asOf: "2026-06-30",
  bookBalance: EUR("100.00"),
  isReconciled: false,
  lineCount: 1,
  transactionCount: 0,
  items: [
    {
      side: "BANK",
      statementId: STATEMENT,
      line: 1,
      effectiveDate: "2026-06-10",
      ageDays: 20,
      amount: EUR("-1200.00"),
      description: "Rent",
      awaitsApproval: false,
      isClosed: false,
    },
  ],
};
