import { Migration } from "@allfunds/platform/database";
import { feedMigrations } from "@allfunds/platform/feed";
import type { NamedMigration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy } from "@allfunds/platform/tenancy";
import { KEEP_RESULTS } from "./feed/account-result-sql.ts";
import { DERIVED_TABLES, FOLLOWER_NAME } from "./feed/read-model.ts";
import { CREATE_FUND_SOURCES } from "./exchange-rates/fund-sources.ts";
import {
  CREATE_RECORDED_RATES,
  KEEP_SOURCES_OF_RATES,
} from "./exchange-rates/recorded-rates-sql.ts";
import { CREATE_NAVS } from "./share-classes/class-nav-sql.ts";
import { CREATE_FLOWS, CREATE_MEANINGS, CREATE_SERIES } from "./feed/series-sql.ts";
import { jobMigrations } from "@allfunds/platform/jobs";
import { CREATE_ACTIONS } from "./prices/corporate-actions.ts";
import { CREATE_UPLOADS } from "./prices/price-upload.ts";
import { tenancyMigration } from "./storage/enforce-tenancy.ts";
import { retentionMigration } from "./storage/retention.ts";
import type { StorageProfile } from "./storage/profile.ts";
import { layoutName } from "./storage/storage-profile.ts";

class CreateBooks extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE fund (
        tenant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        name text NOT NULL,
        currency text NOT NULL,
        PRIMARY KEY (tenant_id, fund_id)
      )`);
    this.addSql(`
      CREATE TABLE account (
        tenant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        currency text NOT NULL,
        is_cash boolean NOT NULL,
        PRIMARY KEY (tenant_id, account_id)
      )`);
    this.addSql("CREATE INDEX account_of_fund ON account (tenant_id, fund_id)");
  }
}

class CreateSeries extends Migration {
  override up(): void {
    for (const statement of CREATE_SERIES) this.addSql(statement);
  }
}

class CreatePrices extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE instrument (
        tenant_id uuid NOT NULL,
        instrument_id uuid NOT NULL,
        symbol text NOT NULL,
        name text NOT NULL,
        currency text NOT NULL,
        PRIMARY KEY (tenant_id, instrument_id),
        CONSTRAINT instrument_symbol UNIQUE (tenant_id, symbol)
      )`);
    this.addSql(`
      CREATE TABLE instrument_price (
        tenant_id uuid NOT NULL,
        instrument_id uuid NOT NULL,
        day date NOT NULL,
        close numeric NOT NULL CHECK (close > 0),
        PRIMARY KEY (tenant_id, instrument_id, day),
        FOREIGN KEY (tenant_id, instrument_id) REFERENCES instrument
      )`);
  }
}

/**
 * Keeps flows and marks accounts as cash. What moved between which accounts is not in the series, so they
 * are followed anew from the ledger's first event, by which accounts opened earlier get their mark from
 * their code. Until a book is reached again its figures are refused with CONSISTENCY_TIMEOUT. The column is
 * renamed, so that a replica of the version before cannot follow without keeping flows.
 */
class KeepFlows extends Migration {
  override up(): void {
    for (const statement of CREATE_FLOWS) this.addSql(statement);
    this.addSql("ALTER TABLE account RENAME COLUMN is_cash TO counts_as_cash");
    this.addSql(
      "CREATE INDEX cash_account_of_fund ON account (tenant_id, fund_id, code) WHERE counts_as_cash",
    );
    this.addSql("TRUNCATE fund, account, account_day, account_month, fund_day, fund_month");
    this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
    this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
  }
}

const layOutStorage = (profile: StorageProfile): NamedMigration => ({
  name: layoutName(profile),
  class: class extends Migration {
    override up(): void {
      for (const statement of profile.layOut) this.addSql(statement);
    }
  },
});

/**
 * Keeps what movements mean: capital, corrections and reversals are separate, and recorded rates are kept.
 * None of it is in the series, so they are followed anew from the ledger's first event. Until a book is
 * reached again its figures are refused with CONSISTENCY_TIMEOUT.
 */
class KeepMeanings extends Migration {
  override up(): void {
    this.addSql(
      "TRUNCATE fund, account, account_day, account_month, fund_day, fund_month, flow_part",
    );
    for (const statement of CREATE_MEANINGS) this.addSql(statement);
    this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
    this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
  }
}

class CreateUploads extends Migration {
  override up(): void {
    for (const statement of CREATE_UPLOADS) this.addSql(statement);
  }
}

class CreateCorporateActions extends Migration {
  override up(): void {
    const statements = [...CREATE_ACTIONS, ...enforceTenancy("corporate_action")];
    for (const statement of statements) this.addSql(statement);
  }
}

/** Keeps what accounts earned; it follows from what is kept of every posting. */
class KeepResults extends Migration {
  override up(): void {
    const { columns, counts, tables } = KEEP_RESULTS;
    for (const statement of [...columns, ...acrossTenants(tables, ...counts)]) {
      this.addSql(statement);
    }
  }
}

const DERIVED_BEFORE_SOURCES = DERIVED_TABLES.filter((name) => name !== "fund_sources");
const DERIVED_BEFORE_RATES = DERIVED_BEFORE_SOURCES.filter(
  (name) => !name.startsWith("exchange_rate"),
);

/**
 * Keeps the NAVs of share classes. Those that were published before are in no table, so the books are followed
 * anew from the ledger's first event.
 */
class KeepNavs extends Migration {
  override up(): void {
    for (const statement of CREATE_NAVS) this.addSql(statement);
    this.addSql(`TRUNCATE ${DERIVED_BEFORE_RATES.join(", ")}`);
    this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
    this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
  }
}

/**
 * Keeps the exchange rates of the tenants' own books. Those that were recorded before are in no table, so the
 * books are followed anew from the ledger's first event. Nothing reads the names of funds; without the column a
 * replica of the version before cannot follow without keeping rates.
 */
class KeepRecordedRates extends Migration {
  override up(): void {
    for (const statement of CREATE_RECORDED_RATES) this.addSql(statement);
    this.addSql("ALTER TABLE fund DROP COLUMN name");
    this.addSql(`TRUNCATE ${DERIVED_BEFORE_SOURCES.join(", ")}`);
    this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
    this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
  }
}

/**
 * Keeps the exchange rates of every source, and which of them funds prefer. Of a day only the last was kept, and
 * terms were not, so the books are followed anew from the ledger's first event. With the other key a replica of
 * the version before cannot follow.
 */
class KeepSources extends Migration {
  override up(): void {
    for (const statement of CREATE_FUND_SOURCES) this.addSql(statement);
    this.addSql(`TRUNCATE ${DERIVED_TABLES.join(", ")}`);
    for (const statement of KEEP_SOURCES_OF_RATES) this.addSql(statement);
    this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
    this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
  }
}

/** The steps of this service's schema, oldest first; the profile decides how the series are laid out. */
export const migrationsFor = (profile: StorageProfile): readonly NamedMigration[] => [
  ...feedMigrations,
  ...jobMigrations,
  { name: "metrics-0001-books", class: CreateBooks },
  { name: "metrics-0002-series-plain", class: CreateSeries },
  { name: "metrics-0003-prices", class: CreatePrices },
  { name: "metrics-0004-flows-plain", class: KeepFlows },
  { name: "metrics-0005-meanings-plain", class: KeepMeanings },
  layOutStorage(profile),
  { name: "metrics-0007-uploads", class: CreateUploads },
  tenancyMigration,
  { name: "metrics-0009-corporate-actions", class: CreateCorporateActions },
  retentionMigration,
  { name: "metrics-0011-account-results", class: KeepResults },
  { name: "metrics-0012-class-navs", class: KeepNavs },
  { name: "metrics-0013-recorded-rates", class: KeepRecordedRates },
  { name: "metrics-0014-rate-sources", class: KeepSources },
];
