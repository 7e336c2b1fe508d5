import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { EventPlace } from "../../engine/book.ts";
import type { AppendTable } from "../../engine/table.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { reversalDateOf } from "../transactions/transaction-source.ts";

export class CreateAccruals extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE accrual (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      transaction_id uuid NOT NULL,
      reverses_on date NOT NULL,
      CONSTRAINT accrual_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE INDEX accrual_due ON accrual (tenant_id, reverses_on)`);
    this.addSql(...enforceTenancy("accrual"));
    this.addSql(`CREATE POLICY granted_funds ON accrual AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON accrual FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON accrual TO CURRENT_USER`);
  }
}

/** Transactions that are reversed by themselves on a later day. */
export const ACCRUAL: AppendTable = {
  name: "accrual",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "transaction_id", type: "uuid" },
    { name: "reverses_on", type: "date" },
  ],
  rowsOf: {
    TransactionPosted: (event: TransactionPosted, { position }: EventPlace) => {
      const reversesOn = reversalDateOf(event);
      return reversesOn === undefined ? [] : [[position, event.transactionId, reversesOn]];
    },
  },
};
