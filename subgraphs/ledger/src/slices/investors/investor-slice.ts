import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import {
  decideErase,
  decideRegister,
  decideSetKyc,
  evolveErased,
  evolveKyc,
  evolveRegistered,
  INVESTOR_ROWS,
  refuseInvestors,
  requireInvestor,
  type InvestorCommand,
  type InvestorEvent,
} from "./investor.ts";

/** Callers with a list of funds see the investors who have an account in one of them. */
const HAS_ACCOUNT = (investor: string): string => `
  (SELECT coalesce(nullif(current_setting('app.funds', true), ''), '*')) = '*'
  OR EXISTS (SELECT FROM investor_account a
    WHERE a.tenant_id = ${investor}.tenant_id AND a.investor_id = ${investor}.id)`;

class CreateInvestors extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE investor_account (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      investor_id uuid NOT NULL,
      class_id uuid NOT NULL,
      CONSTRAINT investor_account_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(
      `CREATE INDEX investor_account_by_investor ON investor_account (tenant_id, investor_id)`,
    );
    this.addSql(
      `CREATE INDEX investor_account_by_class ON investor_account (tenant_id, class_id, id)`,
    );
    this.addSql(`CREATE INDEX investor_account_by_book ON investor_account (tenant_id, book_id)`);
    this.addSql(`CREATE TABLE investor (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      reference text NOT NULL,
      kind text NOT NULL,
      tax_country text NOT NULL,
      kyc_state text NOT NULL,
      kyc_until date,
      commitment text NOT NULL,
      is_erased boolean NOT NULL,
      CONSTRAINT investor_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT investor_reference_unique UNIQUE (tenant_id, reference)
    )`);
    this.addSql(`CREATE INDEX investor_by_book ON investor (tenant_id, book_id)`);
    this.addSql(`CREATE TABLE investor_person (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      salt text NOT NULL,
      data jsonb NOT NULL,
      CONSTRAINT investor_person_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`COMMENT ON TABLE investor_person IS
      'Personal data, outside of the log: the salted hash in the log is of no use once the row is deleted'`);
    this.addSql(...enforceTenancy("investor_account", "investor", "investor_person"));
    this.addSql(`CREATE POLICY granted_funds ON investor_account AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    for (const table of ["investor", "investor_person"]) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${HAS_ACCOUNT(table)})`);
    }
    for (const table of ["investor_account", "investor", "investor_person"]) {
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
    }
    this.addSql(`GRANT SELECT, INSERT ON investor_account TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (kyc_state, kyc_until, is_erased)
      ON investor TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON investor_person TO CURRENT_USER`);
  }
}

const taken = (what: string) => () =>
  new AppError("ALREADY_EXISTS", `An investor with this ${what} exists already.`);

/** In the tenant's own book. */
export const INVESTORS = defineSlice<InvestorCommand, InvestorEvent>({
  name: "investors",
  tables: [INVESTOR_ROWS.table],
  derived: [INVESTOR_ROWS.derived],
  migrations: [{ name: "0104-investors", class: CreateInvestors }],
  commands: {
    RegisterInvestors: { decide: decideRegister },
    SetKycState: { decide: decideSetKyc },
    EraseInvestor: { decide: decideErase },
  },
  events: {
    InvestorsRegistered: {
      codec: codecOf("InvestorsRegistered"),
      evolve: evolveRegistered,
      check: (state, { investors }) => refuseInvestors(state, investors),
    },
    KycStateSet: {
      codec: codecOf("KycStateSet"),
      evolve: evolveKyc,
      check: (state, { investorId }) => void requireInvestor(state, investorId),
    },
    InvestorErased: {
      codec: codecOf("InvestorErased"),
      evolve: evolveErased,
      check: (state, { investorId }) => void requireInvestor(state, investorId),
    },
  },
  constraints: { investor_pkey: taken("id"), investor_reference_unique: taken("reference") },
});
