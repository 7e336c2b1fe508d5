import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decideAdministerFund,
  FUND_TERMS,
  refuseTerms,
  type AdministerFund,
  type FundTermsSet,
} from "./fund-terms.ts";

class CreateFundTerms extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE fund_terms (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      effective_from date NOT NULL,
      terms text NOT NULL,
      position bigint NOT NULL,
      CONSTRAINT fund_terms_pkey PRIMARY KEY (tenant_id, book_id, effective_from)
    )`);
    this.addSql(`COMMENT ON COLUMN fund_terms.terms IS 'Canonical JSON'`);
    this.addSql(...enforceTenancy("fund_terms"));
    this.addSql(`CREATE POLICY granted_funds ON fund_terms AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON fund_terms FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (terms, position) ON fund_terms TO CURRENT_USER`);
  }
}

export const FUND_ADMINISTRATION = defineSlice<AdministerFund, FundTermsSet>({
  name: "fund terms",
  tables: [FUND_TERMS],
  migrations: [{ name: "0101-fund-terms", class: CreateFundTerms }],
  commands: { AdministerFund: { decide: decideAdministerFund } },
  events: {
    FundTermsSet: {
      codec: codecOf("FundTermsSet"),
      evolve: (draft, { effectiveFrom, terms }, { position }) =>
        draft.put(FUND_TERMS, effectiveFrom, { effectiveFrom, terms, position }),
      check: (state, { fundId, terms }) => {
        requireFund(state, fundId);
        refuseTerms(terms);
      },
    },
  },
});
