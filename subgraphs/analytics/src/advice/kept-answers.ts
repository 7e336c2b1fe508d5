import { createHash } from "node:crypto";
import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { Answer } from "./answer-question.ts";

const FIND = `
  SELECT question_hash, answer FROM advice_answer
  WHERE tenant_id = $1 AND actor = $2 AND key_hash = $3 AND answered_at > now() - interval '1 day'`;

const KEEP = `
  INSERT INTO advice_answer (tenant_id, actor, key_hash, question_hash, answer, answered_at)
  VALUES ($1, $2, $3, $4, $5, now())
  ON CONFLICT (tenant_id, actor, key_hash) DO UPDATE
    SET question_hash = excluded.question_hash, answer = excluded.answer, answered_at = excluded.answered_at
    WHERE advice_answer.answered_at <= now() - interval '1 day'`;

const EXPIRE = `
  DELETE FROM advice_answer WHERE tenant_id = $1 AND answered_at <= now() - interval '1 day'`;

interface KeptRow {
  readonly question_hash: string;
  readonly answer: Answer;
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Answers by idempotency key: the repeat of a question costs nothing and gets the same. */
export class KeptAnswers {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The answer of an earlier request with the key, else a new one. IDEMPOTENCY_CONFLICT for another question. */
  async once(
    { tenantId, actor }: RequestContext,
    key: string | undefined,
    question: object,
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    if (key === undefined) return answer();
    const place = [tenantId, actor, hashOf(key)];
    const questionHash = hashOf(JSON.stringify(question));
    const earlier = await this.#find(tenantId, place, questionHash);
    if (earlier !== undefined) return earlier;
    const made = await answer();
    await withTransaction(this.#pool, { tenantId }, async (client) => {
      await client.query(EXPIRE, [tenantId]);
      await client.query(KEEP, [...place, questionHash, JSON.stringify(made)]);
    });
    // Of two requests at once, the first to finish decides.
    return (await this.#find(tenantId, place, questionHash)) ?? made;
  }

  async #find(
    tenantId: string,
    place: readonly string[],
    questionHash: string,
  ): Promise<Answer | undefined> {
    const { rows } = await withTransaction(this.#pool, { tenantId }, (client) =>
      client.query<KeptRow>(FIND, [...place]),
    );
    const [row] = rows;
    if (row !== undefined && row.question_hash !== questionHash) {
      throw new AppError("IDEMPOTENCY_CONFLICT", "The key was used for another question.");
    }
    return row?.answer;
  }
}
