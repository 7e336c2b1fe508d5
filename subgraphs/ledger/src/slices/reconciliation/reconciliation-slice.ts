import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { EventPlace } from "../../engine/book.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { LINE_MATCH } from "../bank-statements/line-match.ts";
import {
  checkMatched,
  checkUnmatched,
  decideMatch,
  decideUnmatch,
  evolveMatched,
  evolveUnmatched,
  MATCH,
  TRANSACTION_MATCH,
  wantItems,
  wantMatching,
  wantUnmatching,
  type LinesMatched,
  type LinesUnmatched,
  type MatchLines,
  type UnmatchLines,
} from "./match.ts";
import {
  checkItem,
  decideItem,
  wantItem,
  type ReconcilingItemUpdated,
  type UpdateReconcilingItem,
} from "./reconciling-item.ts";

class ReconcileStatements extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE reconciliation_item (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      item smallint NOT NULL,
      type text NOT NULL,
      account_id uuid NOT NULL,
      match_id uuid,
      import_id uuid,
      line integer,
      transaction_id uuid,
      CONSTRAINT reconciliation_item_pkey PRIMARY KEY (tenant_id, book_id, position, item)
    )`);
    this.addSql(`COMMENT ON TABLE reconciliation_item IS
      'Lines and transactions that events of reconciliation name; the last event of one holds'`);
    this.addSql(`CREATE INDEX reconciliation_item_by_line
      ON reconciliation_item (tenant_id, import_id, line, position) WHERE import_id IS NOT NULL`);
    this.addSql(`CREATE INDEX reconciliation_item_by_transaction
      ON reconciliation_item (tenant_id, transaction_id, position) WHERE transaction_id IS NOT NULL`);
    this.addSql(`CREATE INDEX reconciliation_item_by_match
      ON reconciliation_item (tenant_id, match_id, position) WHERE match_id IS NOT NULL`);
    this.addSql(`CREATE INDEX reconciliation_item_by_account
      ON reconciliation_item (tenant_id, account_id, position)`);
    this.addSql(...enforceTenancy("reconciliation_item"));
    this.addSql(`CREATE POLICY granted_funds ON reconciliation_item AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON reconciliation_item FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON reconciliation_item TO CURRENT_USER`);
  }
}

const rowsOfMatch = (
  { type, accountId, matchId, lines, transactionIds }: LinesMatched | LinesUnmatched,
  { position }: EventPlace,
): ColumnValue[][] => [
  ...lines.map(({ importId, line }, item): ColumnValue[] => [
    position,
    item,
    type,
    accountId,
    matchId,
    importId,
    line,
    null,
  ]),
  ...transactionIds.map((id, at): ColumnValue[] => [
    position,
    lines.length + at,
    type,
    accountId,
    matchId,
    null,
    null,
    id,
  ]),
];

const RECONCILIATION_ITEM: AppendTable = {
  name: "reconciliation_item",
  order: "position, item",
  columns: [
    { name: "position", type: "bigint" },
    { name: "item", type: "smallint" },
    { name: "type", type: "text" },
    { name: "account_id", type: "uuid" },
    { name: "match_id", type: "uuid" },
    { name: "import_id", type: "uuid" },
    { name: "line", type: "integer" },
    { name: "transaction_id", type: "uuid" },
  ],
  rowsOf: {
    LinesMatched: rowsOfMatch,
    LinesUnmatched: rowsOfMatch,
    ReconcilingItemUpdated: (event: ReconcilingItemUpdated, { position }: EventPlace) => [
      [
        position,
        0,
        event.type,
        event.accountId,
        null,
        event.importId,
        event.line,
        event.transactionId,
      ],
    ],
  },
};

export type ReconciliationCommand = MatchLines | UnmatchLines | UpdateReconcilingItem;

/** What bank statements and the book have in common, and what each has alone. */
export const RECONCILIATION = defineSlice<
  ReconciliationCommand,
  LinesMatched | LinesUnmatched | ReconcilingItemUpdated
>({
  name: "reconciliation",
  migrations: [{ name: "0110-reconciliation", class: ReconcileStatements }],
  appends: [RECONCILIATION_ITEM],
  replayed: [LINE_MATCH, TRANSACTION_MATCH, MATCH],
  commands: {
    MatchLines: { needs: wantMatching, decide: decideMatch },
    UnmatchLines: { needs: wantUnmatching, decide: decideUnmatch },
    UpdateReconcilingItem: { needs: wantItem, decide: decideItem },
  },
  events: {
    LinesMatched: {
      codec: codecOf<LinesMatched>("LinesMatched", { amounts: { amountMinor: "amount" } }),
      needs: wantItems,
      evolve: evolveMatched,
      check: checkMatched,
    },
    LinesUnmatched: {
      codec: codecOf<LinesUnmatched>("LinesUnmatched"),
      evolve: evolveUnmatched,
      check: checkUnmatched,
    },
    ReconcilingItemUpdated: {
      codec: codecOf<ReconcilingItemUpdated>("ReconcilingItemUpdated"),
      needs: wantItem,
      evolve: () => undefined,
      check: checkItem,
    },
  },
});
