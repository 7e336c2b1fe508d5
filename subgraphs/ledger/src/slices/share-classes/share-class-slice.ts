import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { NavPublished } from "@allfunds/contract/valuation";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { LAUNCH_DECIMALS } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decideOpenShareClass,
  decideSetState,
  decideSetTerms,
  putShareClass,
  refuseOpened,
  refuseTermsSet,
  requireShareClass,
  SHARE_CLASS,
  withTerms,
  type ShareClassCommand,
  type ShareClassEvent,
} from "./share-class.ts";

class CreateShareClasses extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE share_class (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      code text NOT NULL,
      name text NOT NULL,
      isin text NOT NULL,
      currency text NOT NULL,
      unit_decimals smallint NOT NULL,
      launch_date date NOT NULL,
      launch_price text NOT NULL,
      status text NOT NULL,
      terms text NOT NULL,
      CONSTRAINT share_class_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT share_class_isin_unique UNIQUE (tenant_id, isin)
    )`);
    this.addSql(
      `COMMENT ON COLUMN share_class.terms IS 'Canonical JSON: a list by effective date'`,
    );
    this.addSql(`CREATE INDEX share_class_by_book ON share_class (tenant_id, book_id, code)`);
    this.addSql(...enforceTenancy("share_class"));
    this.addSql(`CREATE POLICY granted_funds ON share_class AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON share_class FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (status, terms) ON share_class TO CURRENT_USER`);
  }
}

class KeepLastNavs extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE share_class ADD COLUMN nav text, ADD COLUMN nav_date date`);
    this.addSql(
      ...acrossTenants(
        ["share_class", "book"],
        `GRANT UPDATE (nav, nav_date) ON share_class TO CURRENT_USER`,
        // The rows have columns that no digest counts: each book with a class is proven by its log once.
        `UPDATE book b SET state_digest = NULL WHERE EXISTS (
           SELECT FROM share_class c WHERE c.tenant_id = b.tenant_id AND c.book_id = b.id)`,
      ),
    );
  }
}

/** A class without units keeps the price that it had. */
function evolveNavs(draft: BookState, { navDate, classes }: NavPublished): void {
  for (const { classId, navPerUnit } of classes) {
    const row = requireShareClass(draft, classId);
    putShareClass(draft, { ...row, nav: navPerUnit ?? row.nav, navDate });
  }
}

const taken = (what: string) => () =>
  new AppError("ALREADY_EXISTS", `A share class with this ${what} exists already.`);

export const SHARE_CLASSES = defineSlice<ShareClassCommand, ShareClassEvent>({
  name: "share classes",
  tables: [SHARE_CLASS],
  derived: [LAUNCH_DECIMALS],
  migrations: [
    { name: "0102-share-classes", class: CreateShareClasses },
    { name: "0106-class-navs", class: KeepLastNavs },
  ],
  commands: {
    OpenShareClass: { decide: decideOpenShareClass },
    SetShareClassTerms: { decide: decideSetTerms },
    SetShareClassState: { decide: decideSetState },
  },
  events: {
    ShareClassOpened: {
      codec: codecOf("ShareClassOpened"),
      evolve: (draft, { type: _type, fundId: _fundId, classId: id, terms, ...row }, { position }) =>
        putShareClass(draft, {
          id,
          position,
          ...row,
          status: "OPEN",
          nav: null,
          navDate: null,
          terms: [{ effectiveFrom: row.launchDate, terms }],
        }),
      check: (state, event) => {
        requireFund(state, event.fundId);
        refuseOpened(state, event);
      },
    },
    ShareClassTermsSet: {
      codec: codecOf("ShareClassTermsSet"),
      evolve: (draft, event) =>
        draft.put(
          SHARE_CLASS,
          event.classId,
          withTerms(requireShareClass(draft, event.classId), event),
        ),
      check: refuseTermsSet,
    },
    ShareClassStateSet: {
      codec: codecOf("ShareClassStateSet"),
      evolve: (draft, { classId, state: status }) =>
        draft.put(SHARE_CLASS, classId, { ...requireShareClass(draft, classId), status }),
      check: (state, { classId }) => void requireShareClass(state, classId),
    },
  },
  reactions: { NavPublished: { evolve: evolveNavs } },
  constraints: { share_class_pkey: taken("id"), share_class_isin_unique: taken("ISIN") },
});
