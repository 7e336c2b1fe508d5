import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import {
  acrossTenants,
  enforceGrants,
  enforceTenancy,
  narrowToTenant,
} from "@allfunds/platform/tenancy";
import { EXAMINATION_CHANNEL } from "./examination-marks.ts";

/**
 * What the movements let expect, and what of them is still to be examined. Triggers mark it, because the feed, the
 * language model and people change movements. A change of an older movement is examined without readers that wait.
 */
class CreateExpectations extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE expectation (
        tenant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        payee_key text NOT NULL,
        direction text NOT NULL CHECK (direction IN ('IN', 'OUT')),
        currency text NOT NULL,
        contract int NOT NULL,
        counterparty text,
        description text NOT NULL,
        category text NOT NULL,
        model jsonb NOT NULL,
        booked jsonb NOT NULL,
        judge_on date,
        PRIMARY KEY (tenant_id, fund_id, payee_key, direction, currency, contract)
      )`);
    this.addSql(`
      CREATE TABLE examination_mark (
        tenant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        mark_id bigint GENERATED ALWAYS AS IDENTITY,
        from_position bigint NOT NULL,
        through_position bigint,
        of_series boolean NOT NULL,
        awaited boolean NOT NULL,
        PRIMARY KEY (tenant_id, fund_id, mark_id)
      )`);
    this.addSql("CREATE INDEX movement_by_position ON movement (tenant_id, fund_id, position)");
    this.addSql(...enforceTenancy("expectation"), ...enforceGrants("expectation"));
    this.addSql(...narrowToTenant("examination_mark"));
    this.addSql(MARK_POSTED, MARK_CHANGED);
    this.addSql(`
      CREATE TRIGGER mark_posted AFTER INSERT ON movement
      REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION mark_posted()`);
    this.addSql(`
      CREATE TRIGGER mark_changed AFTER UPDATE ON movement
      REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION mark_changed()`);
    this.addSql(...acrossTenants(["movement"], MARK_EVERYTHING));
  }
}

const MARK_POSTED = `
  CREATE FUNCTION mark_posted() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO examination_mark (tenant_id, fund_id, from_position, through_position, of_series, awaited)
    SELECT tenant_id, fund_id, min(position), max(position), true, true FROM posted GROUP BY tenant_id, fund_id;
    IF FOUND THEN PERFORM pg_notify('${EXAMINATION_CHANNEL}', ''); END IF;
    RETURN NULL;
  END $$`;

// The movements themselves, and all later ones: they are compared with them.
const MARK_CHANGED = `
  CREATE FUNCTION mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    WITH changed AS (
      SELECT after.tenant_id, after.fund_id, after.position FROM after JOIN before USING (tenant_id, transaction_id)
      WHERE (after.direction, after.amount_minor, after.currency, after.category)
        IS DISTINCT FROM (before.direction, before.amount_minor, before.currency, before.category))
    INSERT INTO examination_mark (tenant_id, fund_id, from_position, through_position, of_series, awaited)
    SELECT tenant_id, fund_id, position, position, true, false FROM changed
    UNION ALL
    SELECT tenant_id, fund_id, min(position), NULL, false, false FROM changed GROUP BY tenant_id, fund_id;
    IF FOUND THEN PERFORM pg_notify('${EXAMINATION_CHANNEL}', ''); END IF;
    RETURN NULL;
  END $$`;

/** Insights of several transactions with a severity; those of before are found again. What people dismiss is kept. */
class RelateInsights extends Migration {
  override up(): void {
    this.addSql("DROP TABLE insight");
    this.addSql(`
      CREATE TABLE insight (
        tenant_id uuid NOT NULL,
        insight_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        kind text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH')),
        transaction_id uuid NOT NULL,
        transaction_ids jsonb NOT NULL,
        position bigint NOT NULL,
        effective_date date NOT NULL,
        message text NOT NULL,
        score double precision NOT NULL,
        evidence jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, insight_id)
      )`);
    this.addSql(
      "CREATE INDEX insight_newest ON insight (tenant_id, fund_id, effective_date DESC, insight_id DESC)",
      "CREATE INDEX insight_by_position ON insight (tenant_id, fund_id, position)",
      "CREATE INDEX insight_by_transaction ON insight (tenant_id, fund_id, transaction_id)",
    );
    this.addSql(`
      CREATE TABLE insight_dismissal (
        tenant_id uuid NOT NULL,
        insight_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        reason text,
        dismissed_by text NOT NULL,
        dismissed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, insight_id)
      )`);
    // With nulls where no other order has them: else the planner would take it for every order by position.
    this.addSql(
      "DROP INDEX movement_by_position",
      "CREATE INDEX movement_by_place ON movement (tenant_id, fund_id, position NULLS FIRST)",
    );
    const tables = ["insight", "insight_dismissal"];
    this.addSql(...enforceTenancy(...tables), ...enforceGrants(...tables));
    this.addSql(...acrossTenants(["movement"], MARK_EVERYTHING));
  }
}

const MARK_EVERYTHING = `
  INSERT INTO examination_mark (tenant_id, fund_id, from_position, through_position, of_series, awaited)
  SELECT tenant_id, fund_id, min(position), max(position), true, true FROM movement GROUP BY tenant_id, fund_id`;

/** The tables of expectations and of what is still to be examined. */
export const expectationMigrations: readonly NamedMigration[] = [
  { name: "analytics-0016-expectations", class: CreateExpectations },
  { name: "analytics-0017-insights", class: RelateInsights },
];
