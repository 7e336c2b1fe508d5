import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";

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

export const questionTables: NamedMigration = {
  name: "analytics-0004-questions",
  class: CreateQuestionTables,
};
