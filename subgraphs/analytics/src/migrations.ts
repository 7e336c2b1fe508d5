import { CATEGORY_CHANNEL } from "./categories/recent-categories.ts";
import { Migration } from "@allfunds/platform/database";
import { feedMigrations } from "@allfunds/platform/feed";
import { jobMigrations } from "@allfunds/platform/jobs";
import type { NamedMigration } from "@allfunds/platform/database";
import { consentMigration, demoConsentMigration } from "./consent/consent-store.ts";
import { budgetsMigration } from "./budgets/budget-store.ts";
import { budgetMigration } from "./language-model/budget.ts";
import { callsMigration } from "./language-model/calls.ts";
import { newsMigration } from "./news/news-store.ts";
import { backlogMigration } from "./questions/backlog.ts";
import { enforceGrants, enforceTenancy } from "@allfunds/platform/tenancy";
import { adviceMigrations } from "./advice/advice-migrations.ts";
import { expectationMigrations } from "./examination/examination-tables.ts";

/**
 * Shows a table's rows only to their tenant, whatever a query selects. FORCE makes the rule
 * hold for the owner too, which is the role the service signs in with.
 */
function tenantOnly(table: string): string[] {
  const tenant = "nullif(current_setting('app.tenant', true), '')::uuid";
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_only ON ${table} USING (tenant_id = ${tenant})`,
  ];
}

class CreateAccountTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE account (
        tenant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        PRIMARY KEY (tenant_id, account_id)
      )`);
    for (const statement of tenantOnly("account")) this.addSql(statement);
  }
}

/** One row for each posted transaction: what moved and the category it has now. */
class CreateMovementTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE movement (
        tenant_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        position bigint NOT NULL,
        effective_date date NOT NULL,
        description text NOT NULL,
        reference text,
        counterparty text,
        counterparty_key text NOT NULL,
        direction text NOT NULL CHECK (direction IN ('IN', 'OUT', 'NONE')),
        amount_minor numeric(39, 0) NOT NULL CHECK (amount_minor >= 0),
        currency text NOT NULL,
        category text NOT NULL,
        confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        source text NOT NULL CHECK (source IN ('RULE', 'MODEL', 'GEMINI')),
        model text NOT NULL,
        evidence jsonb NOT NULL,
        needs_review boolean NOT NULL,
        categorised_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, transaction_id)
      )`);
    this.addSql("CREATE UNIQUE INDEX movement_book ON movement (tenant_id, fund_id, position)");
    this.addSql("CREATE INDEX movement_by_date ON movement (tenant_id, fund_id, effective_date)");
    this.addSql(
      "CREATE INDEX movement_by_category ON movement (tenant_id, fund_id, currency, direction, category, position)",
    );
    this.addSql(
      "CREATE INDEX movement_by_payee ON movement (tenant_id, fund_id, counterparty_key, effective_date)",
    );
    this.addSql(
      "CREATE INDEX movement_to_review ON movement (tenant_id, fund_id, position) WHERE needs_review",
    );
    for (const statement of tenantOnly("movement")) this.addSql(statement);
  }
}

class CreateInsightTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE insight (
        tenant_id uuid NOT NULL,
        insight_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        kind text NOT NULL,
        effective_date date NOT NULL,
        message text NOT NULL,
        score double precision NOT NULL,
        evidence jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, insight_id),
        UNIQUE (tenant_id, transaction_id, kind)
      )`);
    this.addSql("CREATE INDEX insight_newest ON insight (tenant_id, fund_id, insight_id DESC)");
    for (const statement of tenantOnly("insight")) this.addSql(statement);
  }
}

/**
 * Internal work lists of the language model; no client reads them, and one worker serves every
 * tenant, so they carry no row-level rule.
 */
class CreateQuestionTables extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE category_question (
        tenant_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        question jsonb NOT NULL,
        state text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'GIVEN_UP')),
        attempts int NOT NULL DEFAULT 0,
        ready_at timestamptz NOT NULL DEFAULT now(),
        problem text,
        PRIMARY KEY (tenant_id, transaction_id)
      )`);
    this.addSql(
      "CREATE INDEX category_question_ready ON category_question (ready_at) WHERE state = 'WAITING'",
    );
    this.addSql(`
      CREATE TABLE model_usage (
        day date NOT NULL,
        model text NOT NULL,
        requests bigint NOT NULL,
        tokens bigint NOT NULL,
        PRIMARY KEY (day, model)
      )`);
  }
}

/** Indexes that answer by position however long the history is; the place in the book needs none. */
class IndexPaymentsByPosition extends Migration {
  override up(): void {
    this.addSql("DROP INDEX movement_by_payee");
    this.addSql("DROP INDEX movement_book");
    this.addSql(
      "CREATE INDEX movement_by_payee ON movement (tenant_id, fund_id, counterparty_key, direction, position)",
    );
  }
}

/**
 * Answers of the language model that outlive a rebuild, because they were paid for. Internal like the
 * questions: no client reads them, and they carry no row-level rule.
 */
class CreateKeptAnswers extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE kept_answer (
        tenant_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        description text NOT NULL,
        reference text,
        counterparty text,
        direction text NOT NULL,
        category text NOT NULL,
        confidence double precision NOT NULL,
        model text NOT NULL,
        evidence jsonb NOT NULL,
        needs_review boolean NOT NULL,
        PRIMARY KEY (tenant_id, transaction_id)
      )`);
  }
}

/** Accounts opened earlier stay unmarked: their codes and names still decide what they hold. */
class MarkCashAccounts extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE account ADD COLUMN counts_as_cash boolean");
  }
}

/** What a transaction moved is read again when an account is marked otherwise; older ones stay as they were read. */
class KeepEntries extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE movement ADD COLUMN entries jsonb");
  }
}

/**
 * The rule of tenants as every service has it, which reads the setting once per statement and not once per
 * row; beneath it, the funds that a caller was granted.
 */
class EnforceGrants extends Migration {
  override up(): void {
    const tables = ["account", "movement", "insight"];
    for (const table of tables) this.addSql(`DROP POLICY tenant_only ON ${table}`);
    this.addSql(...enforceTenancy(...tables), ...enforceGrants(...tables));
  }
}

/**
 * What people decide about categories: their changes, the decisions above the verdicts of models, and rules
 * learned for payees. A rebuild of the read model keeps them.
 */
class CreateCorrections extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE movement ADD COLUMN change_id uuid, ADD COLUMN lines jsonb");
    this.addSql("ALTER TABLE movement DROP CONSTRAINT movement_source_check");
    this.addSql(`
      ALTER TABLE movement ADD CONSTRAINT movement_source_check
      CHECK (source IN ('RULE', 'MODEL', 'GEMINI', 'PERSON', 'LEARNED', 'TENANT_RULE'))`);
    this.addSql(`
      CREATE TABLE category_decision (
        tenant_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        chains jsonb NOT NULL,
        base jsonb NOT NULL,
        rule_ids uuid[] NOT NULL,
        change_ids uuid[] NOT NULL,
        PRIMARY KEY (tenant_id, transaction_id)
      )`);
    this.addSql("CREATE INDEX category_decision_rule ON category_decision USING gin (rule_ids)");
    this.addSql(
      "CREATE INDEX category_decision_change ON category_decision USING gin (change_ids)",
    );
    this.addSql(`
      CREATE TABLE category_change (
        tenant_id uuid NOT NULL,
        change_id uuid NOT NULL,
        kind text NOT NULL,
        fund_id uuid,
        transaction_id uuid,
        rule_id uuid,
        input jsonb NOT NULL,
        changed int NOT NULL DEFAULT 0,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        idempotency_key text,
        undone_by uuid,
        PRIMARY KEY (tenant_id, change_id),
        UNIQUE (tenant_id, made_by, idempotency_key)
      )`);
    this.addSql(`
      CREATE TABLE payee_rule (
        tenant_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        payee_key text NOT NULL,
        direction text NOT NULL CHECK (direction IN ('IN', 'OUT', 'NONE')),
        payee_name text NOT NULL,
        category text NOT NULL,
        from_position bigint NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        deleted_at timestamptz,
        replaced_by uuid,
        PRIMARY KEY (tenant_id, rule_id)
      )`);
    this.addSql(`
      CREATE UNIQUE INDEX payee_rule_in_force ON payee_rule (tenant_id, fund_id, payee_key, direction)
      WHERE deleted_at IS NULL`);
    this.addSql(`
      CREATE TABLE category_rules (
        tenant_id uuid NOT NULL PRIMARY KEY,
        version bigint NOT NULL
      )`);
    const ofFunds = ["category_decision", "category_change", "payee_rule"];
    this.addSql(...enforceTenancy(...ofFunds, "category_rules"), ...enforceGrants(...ofFunds));
  }
}

/** A reversal or refund and what it takes back are one movement; earlier ones stay as they were read. */
class FollowTakeBacks extends Migration {
  override up(): void {
    this.addSql(`
      ALTER TABLE movement ADD COLUMN role text NOT NULL DEFAULT 'FLOW'
          CHECK (role IN ('FLOW', 'CORRECTION', 'REVERSAL', 'REFUND')),
        ADD COLUMN takes_back uuid, ADD COLUMN offsets jsonb`);
  }
}

/** Rules of a tenant for the categories of its transactions. A rebuild of the read model keeps them. */
class CreateCategoryRules extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE category_rule (
        tenant_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        name text NOT NULL,
        rank int NOT NULL,
        enabled boolean NOT NULL,
        fund_id uuid,
        category text NOT NULL,
        conditions jsonb NOT NULL,
        from_positions jsonb NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, rule_id)
      )`);
    this.addSql(...enforceTenancy("category_rule"), ...enforceGrants("category_rule"));
  }
}

/** Replicas that keep categories in memory are notified of every change of a stored one by any writer. */
class NotifyCategoryChanges extends Migration {
  override up(): void {
    this.addSql(`
      CREATE FUNCTION notify_category_changes() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('${CATEGORY_CHANNEL}', '');
        RETURN NULL;
      END $$`);
    this.addSql(`
      CREATE TRIGGER notify_category_changes AFTER UPDATE ON movement
      FOR EACH STATEMENT EXECUTE FUNCTION notify_category_changes()`);
  }
}

/** What an exchange leaves of a movement is its cost; those of before stay as they are until a rebuild. */
class KeepExchanges extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE movement ADD COLUMN exchanges jsonb`);
  }
}

/** The steps of this service's schema, oldest first. */
export const MIGRATIONS: readonly NamedMigration[] = [
  ...feedMigrations,
  { name: "analytics-0001-account", class: CreateAccountTable },
  { name: "analytics-0002-movement", class: CreateMovementTable },
  { name: "analytics-0003-insight", class: CreateInsightTable },
  { name: "analytics-0004-questions", class: CreateQuestionTables },
  { name: "analytics-0005-movement-indexes", class: IndexPaymentsByPosition },
  { name: "analytics-0006-kept-answers", class: CreateKeptAnswers },
  { name: "analytics-0006-cash-marks", class: MarkCashAccounts },
  { name: "analytics-0007-movement-entries", class: KeepEntries },
  { name: "analytics-0008-grants", class: EnforceGrants },
  ...jobMigrations,
  { name: "analytics-0013-corrections", class: CreateCorrections },
  ...expectationMigrations,
  { name: "analytics-0014-take-backs", class: FollowTakeBacks },
  budgetMigration,
  callsMigration,
  consentMigration,
  backlogMigration,
  { name: "analytics-0015-category-rules", class: CreateCategoryRules },
  ...adviceMigrations,
  newsMigration,
  { name: "analytics-0015-category-changes", class: NotifyCategoryChanges },
  demoConsentMigration,
  { name: "analytics-0016-exchanges", class: KeepExchanges },
  budgetsMigration,
];
