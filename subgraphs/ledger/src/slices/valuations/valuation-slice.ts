import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { DomainEvent, EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, inSteps } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { PUBLISHED_NAV } from "../published-navs/published-nav.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import {
  checkCalculated,
  checkDiscarded,
  checkPublished,
  decideCalculate,
  decideDiscard,
  decidePublish,
  evolveCalculated,
  evolveDiscarded,
  evolvePublished,
  idTaken,
  type NavPublished,
  type ValuationCommand,
  type ValuationEvent,
} from "./valuation.ts";
import { decidePublishRestatement, decideRestate, type RestatementCommand } from "./restate-nav.ts";
import {
  ANNOUNCED,
  checkAnnounced,
  evolveAnnounced,
  evolveTouched,
  missingPostings,
  PREVIEWS,
  VALUATION,
} from "./valuation-state.ts";

class CreateValuations extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE valuation (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      nav_date date NOT NULL,
      status text NOT NULL,
      inputs_hash text NOT NULL,
      blocking integer NOT NULL,
      figures text,
      maker text NOT NULL,
      maker_owner text,
      calculated_at timestamptz NOT NULL,
      touched_at bigint,
      decided_position bigint,
      decided_by text,
      decided_at timestamptz,
      CONSTRAINT valuation_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(
      `COMMENT ON COLUMN valuation.figures IS 'Canonical JSON; null while a price or rate is missing'`,
    );
    this.addSql(
      `CREATE INDEX valuation_by_book ON valuation (tenant_id, book_id, nav_date, position)`,
    );
    this.addSql(`CREATE TABLE class_nav (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      class_id uuid NOT NULL,
      valuation_id uuid NOT NULL,
      nav_date date NOT NULL,
      units text NOT NULL,
      net_assets text NOT NULL,
      nav_per_unit text,
      CONSTRAINT class_nav_pkey PRIMARY KEY (tenant_id, book_id, position, class_id)
    )`);
    this.addSql(
      `CREATE INDEX class_nav_series ON class_nav (tenant_id, class_id, nav_date, position)`,
    );
    for (const table of ["valuation", "class_nav"]) {
      this.addSql(...enforceTenancy(table));
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
      this.addSql(`GRANT SELECT, INSERT ON ${table} TO CURRENT_USER`);
    }
    this.addSql(`GRANT UPDATE (status, touched_at, decided_position, decided_by, decided_at)
      ON valuation TO CURRENT_USER`);
  }
}

class RestateValuations extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE valuation ADD COLUMN supersedes uuid, ADD COLUMN restatement_id uuid,
      ADD COLUMN compensations text`);
    this.addSql(`COMMENT ON COLUMN valuation.compensations IS 'Canonical JSON'`);
    this.addSql(
      ...acrossTenants(
        ["book", "valuation"],
        `UPDATE book SET state_digest = NULL WHERE EXISTS (
          SELECT FROM valuation v WHERE v.tenant_id = book.tenant_id AND v.book_id = book.id)`,
      ),
    );
  }
}

/** Published NAVs by class; a later one of the same date takes the place of an earlier one. */
const CLASS_NAV: AppendTable = {
  name: "class_nav",
  order: "position, class_id",
  columns: [
    { name: "position", type: "bigint" },
    { name: "class_id", type: "uuid" },
    { name: "valuation_id", type: "uuid" },
    { name: "nav_date", type: "date" },
    { name: "units", type: "text" },
    { name: "net_assets", type: "text" },
    { name: "nav_per_unit", type: "text" },
  ],
  rowsOf: {
    NavPublished: ({ valuationId, navDate, classes }: NavPublished, { position }: EventPlace) =>
      classes
        .toSorted((a, b) => (a.classId < b.classId ? -1 : 1))
        .map((one): ColumnValue[] => [
          position,
          one.classId,
          valuationId,
          navDate,
          one.units,
          one.netAssets,
          one.navPerUnit,
        ]),
  },
};

/** Whatever the day of a change of terms, a preview may rest on it. */
const touchAll = {
  evolve: (draft: BookState, _event: DomainEvent, place: EventPlace): void =>
    evolveTouched(draft, "", place),
};

export const VALUATIONS = defineSlice<ValuationCommand | RestatementCommand, ValuationEvent>({
  name: "valuations",
  tables: [VALUATION],
  appends: [CLASS_NAV],
  derived: [PREVIEWS, ANNOUNCED, PUBLISHED_NAV],
  migrations: [
    { name: "0130-valuations", class: CreateValuations },
    { name: "0131-restatements", class: RestateValuations },
  ],
  commands: {
    CalculateNav: {
      decide: (command, state, { requester }) => decideCalculate(command, state, requester),
    },
    PublishNav: inSteps((command, state, { requester }) =>
      decidePublish(command, state, requester),
    ),
    DiscardNav: { decide: decideDiscard },
    RestateNav: {
      decide: (command, state, { requester }) => decideRestate(command, state, requester),
    },
    PublishRestatement: inSteps((command, state, { requester }) =>
      decidePublishRestatement(command, state, requester),
    ),
  },
  events: {
    NavCalculated: {
      codec: codecOf("NavCalculated"),
      evolve: evolveCalculated,
      check: checkCalculated,
    },
    NavPublished: {
      codec: codecOf("NavPublished"),
      evolve: evolvePublished,
      check: (state, event, { place }) => checkPublished(state, event, place),
    },
    NavDiscarded: {
      codec: codecOf("NavDiscarded"),
      evolve: evolveDiscarded,
      check: checkDiscarded,
    },
  },
  reactions: {
    TransactionPosted: {
      evolve: (draft: BookState, event: TransactionPosted, place: EventPlace) => {
        evolveTouched(draft, event.effectiveDate, place);
        evolveAnnounced(draft, event);
      },
      check: checkAnnounced,
    },
    FundTermsSet: touchAll,
    ShareClassOpened: touchAll,
    ShareClassTermsSet: touchAll,
    PricesRecorded: touchAll,
  },
  compare: (_statements, _book, state) => Promise.resolve(missingPostings(state)),
  constraints: { valuation_pkey: idTaken },
});
