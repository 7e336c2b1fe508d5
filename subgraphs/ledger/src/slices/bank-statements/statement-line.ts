import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { Migration } from "@allfunds/platform/database";
import { acrossTenants } from "@allfunds/platform/tenancy";
import { z } from "zod";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import type { AppendTable } from "../../engine/table.ts";
import { evolveAccountOpened, requireAccount } from "../accounts/account.ts";
import {
  resolveContra,
  storedContra,
  type ContraAccount,
} from "../contra-accounts/contra-account.ts";
import { requireFund } from "../funds/fund.ts";
import { decidePostTransaction, storedPosting } from "../transactions/transaction.ts";

/** The command to post one booked line of a bank statement against its contra account. */
export interface PostStatementLine {
  readonly kind: "PostStatementLine";
  readonly fundId: string;
  readonly transactionId: string;
  /** The bank account. */
  readonly accountId: string;
  /** Signed minor units as the bank sees it: positive came in, negative went out. */
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty?: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly importId: string;
  readonly contra: ContraAccount;
}

const storedStatementLine = z.object({
  kind: z.literal("PostStatementLine"),
  ...storedPosting,
  accountId: z.string(),
  amountMinor: z.string().transform(BigInt),
  counterparty: z.string().optional(),
  importId: z.string(),
  contra: storedContra,
});

function decidePostStatementLine(command: PostStatementLine, state: BookState): DomainEvent[] {
  requireFund(state, command.fundId);
  const account = requireAccount(state, command.accountId);
  const contra = resolveContra(command.contra, account, state);
  const draft = state.fork();
  if (contra.opening !== undefined) evolveAccountOpened(draft, contra.opening);
  const cameIn = command.amountMinor > 0n;
  const amount = formatAmount(
    cameIn ? command.amountMinor : -command.amountMinor,
    account.currency,
  );
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: {
        kind: "STATEMENT",
        importId: command.importId,
        ...(command.counterparty === undefined ? {} : { counterparty: command.counterparty }),
      },
      entries: [
        { accountId: account.id, side: cameIn ? "DEBIT" : "CREDIT", amount },
        { accountId: contra.accountId, side: cameIn ? "CREDIT" : "DEBIT", amount },
      ],
    },
    draft,
  );
  return contra.opening === undefined ? posted : [contra.opening, ...posted];
}

/** What became of an imported statement. */
interface ImportFacts {
  readonly importId: string;
  readonly fundId: string;
  readonly accountId: string;
  readonly currency: string;
  readonly format: string;
  /** The bank's name for the account, when the file has it. */
  readonly iban: string | null;
  readonly importedAt: Date;
  /** Booked lines in the file. */
  readonly lines: number;
  readonly posted: number;
  readonly proposed: number;
  readonly duplicates: number;
  /** Lines left out because they may be in the book in another form. */
  readonly possibleDuplicates: number;
  /** Lines left out: not booked yet by the bank, or moving nothing. */
  readonly skipped: number;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
}

/** The command to keep what became of an import, once its lines were posted. */
export interface RecordImport extends ImportFacts {
  readonly kind: "RecordImport";
}

export type StatementCommand = PostStatementLine | RecordImport;

/** A bank statement was imported; what it posted stands before it in the book. */
export interface StatementImported extends ImportFacts {
  readonly type: "StatementImported";
}

function decideRecordImport(command: RecordImport, state: BookState): [StatementImported] {
  const { kind: _kind, ...facts } = command;
  requireFund(state, facts.fundId);
  requireAccount(state, facts.accountId);
  refuseMiscount(facts);
  return [{ type: "StatementImported", ...facts }];
}

/** Every booked line of a file has one fate. */
function refuseMiscount(facts: ImportFacts): void {
  const { lines, posted, proposed, duplicates, possibleDuplicates } = facts;
  if (possibleDuplicates >= 0 && posted + proposed + duplicates + possibleDuplicates === lines)
    return;
  throw new AppError("STATEMENT_INVALID", "The lines of the import are not those of its file.");
}

const IMPORTED = codecOf<StatementImported>("StatementImported", {
  amounts: { openingMinor: "openingBalance", closingMinor: "closingBalance" },
  times: ["importedAt"],
});

/** Earlier versions did not count the lines that they left out: they are the rest. */
function decodeImported(payload: never): StatementImported {
  const event = IMPORTED.decode(payload) as StatementImported & { possibleDuplicates?: number };
  const { lines, posted, proposed, duplicates } = event;
  const rest = lines - posted - proposed - duplicates;
  return { ...event, possibleDuplicates: event.possibleDuplicates ?? rest };
}

const STATEMENT_IMPORT: AppendTable = {
  name: "statement_import",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "id", type: "uuid" },
    { name: "account_id", type: "uuid" },
    { name: "format", type: "text" },
    { name: "iban", type: "text" },
    { name: "imported_at", type: "timestamptz" },
    { name: "lines", type: "integer" },
    { name: "posted", type: "integer" },
    { name: "proposed", type: "integer" },
    { name: "duplicates", type: "integer" },
    { name: "possible_duplicates", type: "integer" },
    { name: "skipped", type: "integer" },
    { name: "opening_balance", type: "numeric" },
    { name: "closing_balance", type: "numeric" },
  ],
  rowsOf: {
    StatementImported: (event: StatementImported, { position }: { readonly position: number }) => [
      [
        position,
        event.importId,
        event.accountId,
        event.format,
        event.iban,
        event.importedAt,
        event.lines,
        event.posted,
        event.proposed,
        event.duplicates,
        event.possibleDuplicates,
        event.skipped,
        event.openingMinor,
        event.closingMinor,
      ],
    ],
  },
  // Imports of earlier versions were recorded beside the log; their rows get their place in it.
  onConflict: `ON CONFLICT (tenant_id, id) DO UPDATE SET position = EXCLUDED.position
    WHERE statement_import.position IS NULL`,
};

class CountPossibleDuplicates extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE statement_import ADD COLUMN possible_duplicates integer`);
    this.addSql(`COMMENT ON COLUMN statement_import.possible_duplicates IS
      'Lines left out because they may be in the book in another form'`);
    this.addSql(
      ...acrossTenants(
        ["statement_import"],
        `GRANT UPDATE (possible_duplicates) ON statement_import TO CURRENT_USER`,
        `UPDATE statement_import SET possible_duplicates = lines - posted - proposed - duplicates`,
        `REVOKE UPDATE (possible_duplicates) ON statement_import FROM CURRENT_USER`,
      ),
    );
    this.addSql(`ALTER TABLE statement_import ALTER COLUMN possible_duplicates SET NOT NULL`);
  }
}

export const STATEMENTS = defineSlice<StatementCommand, StatementImported>({
  name: "statements",
  migrations: [{ name: "0081-possible-duplicates", class: CountPossibleDuplicates }],
  appends: [STATEMENT_IMPORT],
  commands: {
    PostStatementLine: {
      decide: decidePostStatementLine,
      stored: (json) => storedStatementLine.parse(json),
    },
    RecordImport: { decide: decideRecordImport },
  },
  events: {
    StatementImported: {
      codec: { ...IMPORTED, decode: decodeImported },
      evolve: () => undefined,
      check: (state, event) => {
        requireAccount(state, event.accountId);
        refuseMiscount(event);
      },
    },
  },
});
