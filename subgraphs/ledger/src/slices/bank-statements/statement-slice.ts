import type { EventPlace } from "../../engine/book.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import type { BookState } from "../../engine/book-state.ts";
import { WAITING_FILE } from "../proposals/day-sum.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import {
  checkConfirmed,
  checkRejected,
  decideConfirm,
  decideReject,
  evolveConfirmed,
  evolveRejected,
  wantConfirmed,
  wantDecided,
  wantLine,
  type LineCommand,
  type LineEvent,
  type StatementLineConfirmed,
  type StatementLineRejected,
} from "./possible-duplicate.ts";
import {
  checkMoved,
  decideMove,
  decideSplit,
  evolveMoved,
  MOVED_TO,
  storedMove,
  storedSplit,
  wantMoved,
  wantMovedLine,
  type MoveStatementLine,
  type SplitStatementLine,
} from "./moved-line.ts";
import { wantNewest } from "./newest-import.ts";
import { IMPORTED, READ, RECEIVED } from "./statement-codec.ts";
import {
  decidePostStatementLine,
  storedStatementLine,
  type PostStatementLine,
} from "./statement-line.ts";
import {
  checkImported,
  checkRead,
  checkReceived,
  checkSettling,
  decideFinish,
  decideRead,
  decideReceive,
  decideRecord,
  evolveImported,
  evolveRead,
  evolveReceived,
  evolveSettling,
  OPEN_STATEMENT,
  refuseOpenAtEnd,
  wantKnown,
  type ReceivingCommand,
  type ReceivingEvent,
  type StatementImported,
  type StatementLinesRead,
  type StatementReceived,
} from "./statement.ts";
import {
  checkUndone,
  decideUndo,
  evolveReversed,
  evolveUndone,
  refuseUndoingAtEnd,
  UNDOING,
  wantImported,
  type StatementUndone,
  type UndoStatement,
} from "./statement-undo.ts";
import {
  CountPossibleDuplicates,
  FindStatementEvents,
  KeepUploadOrigins,
  UploadStatements,
} from "./statement-migrations.ts";

export type StatementCommand =
  | PostStatementLine
  | ReceivingCommand
  | UndoStatement
  | LineCommand
  | MoveStatementLine
  | SplitStatementLine;
type StatementEvent = ReceivingEvent | StatementUndone | LineEvent;

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
    StatementImported: (event: StatementImported, { position }: EventPlace) => [
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

const ofLine = ({ type, importId, line }: LineEvent, { position }: EventPlace): ColumnValue[][] => [
  [position, importId, type, null, line, 1, null],
];

/** What finds the events of a statement again; their content is in the log. */
const STATEMENT_EVENT: AppendTable = {
  name: "statement_event",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "import_id", type: "uuid" },
    { name: "type", type: "text" },
    { name: "file_hash", type: "text" },
    { name: "first_line", type: "integer" },
    { name: "line_count", type: "integer" },
    { name: "possible_duplicates", type: "integer" },
  ],
  rowsOf: {
    StatementReceived: (
      { type, importId, fileHash }: StatementReceived,
      { position }: EventPlace,
    ) => [[position, importId, type, fileHash, null, null, null] satisfies ColumnValue[]],
    StatementLinesRead: (event: StatementLinesRead, { position }: EventPlace) => [
      [
        position,
        event.importId,
        event.type,
        null,
        event.first,
        event.lines.length,
        event.lines.filter(({ verdict }) => verdict === "POSSIBLE_DUPLICATE").length,
      ] satisfies ColumnValue[],
    ],
    StatementLineConfirmed: ofLine,
    StatementLineRejected: ofLine,
    StatementUndone: ({ type, importId }: StatementUndone, { position }: EventPlace) => [
      [position, importId, type, null, null, null, null],
    ],
  },
};

export const STATEMENTS = defineSlice<StatementCommand, StatementEvent>({
  name: "statements",
  migrations: [
    { name: "0081-possible-duplicates", class: CountPossibleDuplicates },
    { name: "0082-statement-events", class: FindStatementEvents },
    { name: "0083-statement-uploads", class: UploadStatements },
    { name: "0084-upload-origins", class: KeepUploadOrigins },
  ],
  appends: [STATEMENT_IMPORT, STATEMENT_EVENT],
  derived: [OPEN_STATEMENT, UNDOING, WAITING_FILE],
  replayed: [MOVED_TO],
  compare: (_statements, _book, state) =>
    Promise.resolve(refuseOpenAtEnd(state) ?? refuseUndoingAtEnd(state)),
  commands: {
    PostStatementLine: {
      decide: decidePostStatementLine,
      stored: (json) => storedStatementLine.parse(json),
    },
    ReceiveStatement: {
      needs: (command, want) => {
        wantImported(command, want);
        wantNewest(command, want);
      },
      decide: decideReceive,
    },
    ReadStatementLines: { needs: wantKnown, decide: decideRead },
    FinishStatement: {
      decide: (command, state, { now }) => decideFinish(command, state, now),
    },
    RecordImport: { decide: decideRecord },
    UndoStatement: { needs: wantImported, decide: decideUndo },
    ConfirmStatementLine: { needs: wantConfirmed, decide: decideConfirm },
    MoveStatementLine: {
      needs: wantMoved,
      decide: decideMove,
      stored: (json) => storedMove.parse(json),
    },
    SplitStatementLine: {
      needs: wantMoved,
      decide: decideSplit,
      stored: (json) => storedSplit.parse(json),
    },
    RejectStatementLine: { needs: wantDecided, decide: decideReject },
  },
  events: {
    StatementReceived: { codec: RECEIVED, evolve: evolveReceived, check: checkReceived },
    StatementLinesRead: { codec: READ, evolve: evolveRead, check: checkRead },
    StatementImported: {
      codec: IMPORTED,
      evolve: evolveImported,
      check: checkImported,
    },
    StatementUndone: {
      codec: codecOf("StatementUndone"),
      evolve: evolveUndone,
      check: checkUndone,
    },
    StatementLineConfirmed: {
      codec: codecOf<StatementLineConfirmed>("StatementLineConfirmed", {
        amounts: { amountMinor: "amount" },
      }),
      needs: wantLine,
      evolve: evolveConfirmed,
      check: checkConfirmed,
    },
    StatementLineRejected: {
      codec: codecOf<StatementLineRejected>("StatementLineRejected"),
      needs: wantLine,
      evolve: evolveRejected,
      check: checkRejected,
    },
  },
  reactions: {
    TransactionPosted: {
      needs: wantMovedLine,
      evolve: (draft: BookState, event: TransactionPosted, place: EventPlace) => {
        evolveSettling(draft, event, place);
        evolveReversed(draft, event);
        evolveMoved(draft, event);
      },
      check: (state: BookState, event: TransactionPosted) => {
        checkSettling(state, event);
        checkMoved(state, event);
      },
    },
    TransactionProposed: { evolve: evolveSettling, check: checkSettling },
  },
});
