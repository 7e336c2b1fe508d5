import type { DatabaseClient, SqlStatement } from "@allfunds/platform/database";
import type { ReadAs } from "../books/tenant-connection.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { CategorisedMovement } from "../movements/movement.ts";

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

/**
 * Sets aside the language model's answers for the transaction's tenant, because they were paid for: they
 * outlive a rebuild.
 */
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

const ANY = "SELECT EXISTS (SELECT FROM kept_answer WHERE tenant_id = $1) AS found";
const LOAD = `
  SELECT transaction_id AS "transactionId", description, reference, counterparty, direction, category,
    confidence, model, evidence, needs_review AS "needsReview"
  FROM kept_answer WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])`;
const DISCARD = `
  DELETE FROM kept_answer WHERE tenant_id = $1
    AND transaction_id IN (SELECT json_array_elements_text($2)::uuid)`;

/** The kept answers as a follower uses them: queried only while there are any. */
export class KeptAnswers {
  readonly #exist = new Map<string, boolean>();

  /** Following begins anew: a rebuild may have kept some. */
  clear(): void {
    this.#exist.clear();
  }

  /** The same movements, with the kept answer where it was given to the same question. */
  async applyTo(
    read: ReadAs,
    tenantId: string,
    moved: readonly CategorisedMovement[],
  ): Promise<readonly CategorisedMovement[]> {
    const uncertain = moved.filter(({ decision }) => decision.needsReview);
    if (uncertain.length === 0) return moved;
    if (this.#exist.get(tenantId) === false) return moved;
    const client = await read();
    const { rows: any } = await client.query<{ found: boolean }>(ANY, [tenantId]);
    this.#exist.set(tenantId, any[0]?.found === true);
    if (any[0]?.found !== true) return moved;
    const ids = uncertain.map(({ movement }) => movement.transactionId);
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
export function discardUsed(
  tenantId: string,
  moved: readonly CategorisedMovement[],
): SqlStatement[] {
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

const decidedBy = (answer: KeptAnswer, one: CategorisedMovement): CategorisedMovement => {
  const { category, confidence, model, evidence, needsReview } = answer;
  return {
    ...one,
    decision: { category, confidence, source: "GEMINI", model, evidence, needsReview },
  };
};
