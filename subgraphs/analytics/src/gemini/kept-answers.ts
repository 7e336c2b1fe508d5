import { Migration } from "@allfunds/platform/database";
import type { DatabaseClient, NamedMigration, Statement } from "@allfunds/platform/database";
import type { CategoryCode } from "../categories/taxonomy.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";

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

export const keptAnswers: NamedMigration = {
  name: "analytics-0006-kept-answers",
  class: CreateKeptAnswers,
};

const KEEP = `
  INSERT INTO kept_answer (tenant_id, transaction_id, description, reference, counterparty, direction,
    category, confidence, model, evidence, needs_review)
  SELECT tenant_id, transaction_id, description, reference, counterparty, direction,
    category, confidence, model, evidence, needs_review
  FROM movement WHERE tenant_id = $1 AND source = 'GEMINI'
  ON CONFLICT (tenant_id, transaction_id) DO UPDATE SET
    (description, reference, counterparty, direction, category, confidence, model, evidence, needs_review) =
    (excluded.description, excluded.reference, excluded.counterparty, excluded.direction, excluded.category,
     excluded.confidence, excluded.model, excluded.evidence, excluded.needs_review)`;

/** Keeps the answers of the tenant that the transaction works for. */
export async function keepAnswers(client: DatabaseClient, tenantId: string): Promise<void> {
  await client.query(KEEP, [tenantId]);
}

interface KeptAnswer {
  readonly transactionId: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: string;
  readonly category: CategoryCode;
  readonly confidence: number;
  readonly model: string;
  readonly evidence: readonly string[];
  readonly needsReview: boolean;
}

const ANY = "SELECT EXISTS (SELECT FROM kept_answer) AS found";
const LOAD = `
  SELECT transaction_id AS "transactionId", description, reference, counterparty, direction, category,
    confidence, model, evidence, needs_review AS "needsReview"
  FROM kept_answer WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])`;
const DISCARD = `
  DELETE FROM kept_answer WHERE tenant_id = $1
    AND transaction_id IN (SELECT json_array_elements_text($2)::uuid)`;

/** The kept answers as a follower uses them: asked for only while there are any. */
export class KeptAnswers {
  #areThere: boolean | undefined;

  /** Following begins anew: a rebuild may have kept some. */
  forget(): void {
    this.#areThere = undefined;
  }

  /** The same movements, decided by the language model where it answered the same question before. */
  async applyTo(
    client: DatabaseClient,
    tenantId: string,
    moved: readonly CategorisedMovement[],
  ): Promise<readonly CategorisedMovement[]> {
    const asked = moved.filter(({ decision }) => decision.needsReview);
    if (asked.length === 0) return moved;
    this.#areThere ??= (await client.query<{ found: boolean }>(ANY)).rows[0]?.found === true;
    if (!this.#areThere) return moved;
    const ids = asked.map(({ movement }) => movement.transactionId);
    const { rows } = await client.query<KeptAnswer>(LOAD, [tenantId, ids]);
    const kept = new Map(rows.map((row) => [row.transactionId, row]));
    return moved.map((one) => {
      const answer = kept.get(one.movement.transactionId);
      return answer !== undefined && isToTheSameQuestion(answer, one)
        ? decidedBy(answer, one)
        : one;
    });
  }
}

/** The statements that give up answers which are in their movements again. */
export function discardUsed(tenantId: string, moved: readonly CategorisedMovement[]): Statement[] {
  const used = moved
    .filter(({ decision }) => decision.source === "GEMINI")
    .map(({ movement }) => movement.transactionId);
  return used.length === 0 ? [] : [{ text: DISCARD, values: [tenantId, JSON.stringify(used)] }];
}

const isToTheSameQuestion = (answer: KeptAnswer, { movement }: CategorisedMovement): boolean =>
  answer.description === movement.description &&
  answer.reference === movement.reference &&
  answer.counterparty === movement.counterparty &&
  answer.direction === movement.direction;

const decidedBy = (answer: KeptAnswer, { movement }: CategorisedMovement): CategorisedMovement => {
  const { category, confidence, model, evidence, needsReview } = answer;
  return {
    movement,
    decision: { category, confidence, source: "GEMINI", model, evidence, needsReview },
  };
};
