import { AppError, invalidInput } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { z } from "zod";
import type { EventPlace } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import { defineSlice, type Lookup } from "../../engine/slice.ts";
import { ONLY, type AppendTable } from "../../engine/table.ts";
import { balancingEntries } from "../account-classes/balancing-entries.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decidePostTransaction,
  storedEntries,
  storedPosting,
  wantPosting,
  type RequestedEntry,
  type TransactionPosted,
} from "../transactions/transaction.ts";

/** The command to take over the balances of a fund whose books were kept elsewhere. */
export interface RecordOpeningBalances {
  readonly kind: "RecordOpeningBalances";
  readonly fundId: string;
  readonly transactionId: string;
  /** The day from which they count. */
  readonly effectiveDate: string;
  /** The balances; what is missing in a currency goes to its account of the class OPENING_BALANCES. */
  readonly balances: readonly RequestedEntry[];
  /** Why, when something was posted before. */
  readonly reason?: string | undefined;
  readonly description: string;
  readonly reference: null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a book has before its opening balances. */
interface Before {
  readonly posted: boolean;
  /** Opening balances that were recorded and not reversed. */
  readonly opening: string | null;
}

const BEFORE = defineBatchRows<Before>("before opening balances");
/** The opening balances that stand, while a log is replayed; null once they were reversed. */
const OPENING = defineBatchRows<string | null>("opening balances");

const FIND = `
  SELECT EXISTS (SELECT FROM transaction WHERE tenant_id = $1 AND book_id = $2) AS posted, (
    SELECT o.transaction_id FROM opening_balance o
    WHERE o.tenant_id = $1 AND o.book_id = $2 AND NOT EXISTS (
      SELECT FROM transaction r
      WHERE r.tenant_id = $1 AND r.book_id = $2 AND r.reverses = o.transaction_id)
    ORDER BY o.position DESC LIMIT 1) AS opening`;

const LOOKUP: Lookup<Before> = {
  rows: BEFORE,
  find: async ({ statements, book: { tenantId, bookId }, draft }) => {
    const { rows } = await statements.query<Before>(FIND, [tenantId, bookId]);
    draft.put(BEFORE, ONLY, rows[0] ?? { posted: false, opening: null });
  },
};

function decideRecordOpeningBalances(
  command: RecordOpeningBalances,
  state: BookState,
): [TransactionPosted] {
  const findings = new Findings();
  if (command.balances.length === 0) findings.add("balances", "must be at least one");
  if (command.reason !== undefined) {
    checkText(findings, "reason", command.reason, { min: 1, max: 300 });
  }
  findings.refuseIfAny();
  requireFund(state, command.fundId);
  refuseRecorded(command, state);
  const { fundId, transactionId, effectiveDate, description, reference, metadata } = command;
  return decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId,
      transactionId,
      effectiveDate,
      description,
      reference,
      metadata,
      source: { kind: "OPENING" },
      entries: [
        ...command.balances,
        ...balancingEntries(command.balances, state, "OPENING_BALANCES"),
      ],
    },
    state,
  );
}

function refuseRecorded({ reason }: RecordOpeningBalances, state: BookState): void {
  const before = state.get(BEFORE, ONLY);
  const opening = standing(state);
  if (opening !== null) {
    throw new AppError(
      "ALREADY_EXISTS",
      `The opening balances were recorded as transaction ${opening}; reverse it first.`,
    );
  }
  if (before?.posted === true && reason === undefined) {
    throw invalidInput("reason", "is needed, because something was posted before");
  }
}

/** The opening balances that were recorded and not reversed. */
function standing(state: BookState): string | null {
  const inBatch = state.get(OPENING, ONLY);
  return inBatch === undefined ? (state.get(BEFORE, ONLY)?.opening ?? null) : inBatch;
}

const OPENING_BALANCE: AppendTable = {
  name: "opening_balance",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "transaction_id", type: "uuid" },
  ],
  rowsOf: {
    TransactionPosted: ({ source, transactionId }: TransactionPosted, { position }: EventPlace) =>
      source.kind === "OPENING" ? [[position, transactionId]] : [],
  },
};

function evolveOpening(draft: BookState, { source, transactionId }: TransactionPosted): void {
  const before = draft.get(BEFORE, ONLY);
  if (before?.posted === false) draft.put(BEFORE, ONLY, { ...before, posted: true });
  if (source.kind === "OPENING") draft.put(OPENING, ONLY, transactionId);
  if (source.kind === "REVERSAL" && standing(draft) === source.reverses) {
    draft.put(OPENING, ONLY, null);
  }
}

function checkOpening(state: BookState, { source }: TransactionPosted): void {
  if (source.kind === "OPENING" && typeof state.get(OPENING, ONLY) === "string") {
    throw new AppError("ALREADY_EXISTS", "The opening balances were recorded before.");
  }
}

class CreateOpeningBalances extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE opening_balance (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      transaction_id uuid NOT NULL,
      CONSTRAINT opening_balance_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(...enforceTenancy("opening_balance"));
    this.addSql(`CREATE POLICY granted_funds ON opening_balance AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON opening_balance FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON opening_balance TO CURRENT_USER`);
  }
}

const storedOpeningBalances = z.object({
  kind: z.literal("RecordOpeningBalances"),
  ...storedPosting,
  reference: z.null(),
  balances: storedEntries,
  reason: z.string().optional(),
});

export const OPENING_BALANCES = defineSlice<RecordOpeningBalances, never>({
  name: "opening balances",
  appends: [OPENING_BALANCE],
  replayed: [OPENING],
  migrations: [{ name: "0111-opening-balances", class: CreateOpeningBalances }],
  commands: {
    RecordOpeningBalances: {
      needs: (command, want, clientChoseId) => {
        want(LOOKUP, ONLY);
        wantPosting(command, want, clientChoseId);
      },
      decide: decideRecordOpeningBalances,
      stored: (json) => storedOpeningBalances.parse(json),
    },
  },
  events: {},
  reactions: { TransactionPosted: { evolve: evolveOpening, check: checkOpening } },
});
