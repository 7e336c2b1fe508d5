import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import { enforceTenancy } from "@allfunds/platform/tenancy";

/** Answers by the idempotency key of their question, for a day. */
class KeepAdviceAnswers extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE advice_answer (
        tenant_id uuid NOT NULL,
        actor text NOT NULL,
        key_hash text NOT NULL,
        question_hash text NOT NULL,
        answer jsonb NOT NULL,
        answered_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, actor, key_hash)
      )`);
    this.addSql(...enforceTenancy("advice_answer"));
  }
}

export const adviceMigrations: readonly NamedMigration[] = [
  { name: "analytics-0019-advice-answer", class: KeepAdviceAnswers },
];
