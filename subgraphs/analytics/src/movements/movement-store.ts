import type { SqlStatement } from "@allfunds/platform/database";
import type { ReadAs } from "../books/tenant-connection.ts";
import type { CategoryDecision } from "../classification/built-in-model.ts";
import type { CashDirection } from "../classification/features.ts";
import type { CategorisedMovement, JudgedLine, Movement, PostedFacts } from "./movement.ts";

const SAVE = `
  INSERT INTO movement (tenant_id, transaction_id, fund_id, position, effective_date, description, reference,
    counterparty, counterparty_key, direction, amount_minor, currency, entries, role, takes_back, lines, exchanges,
    category, confidence, source, model, evidence, needs_review, categorised_at, change_id)
  SELECT $1, "transactionId", "fundId", position, "effectiveDate", description, reference,
    counterparty, "counterpartyKey", direction, "amountMinor", currency, entries, role, "takesBack", lines, exchanges,
    category, confidence, source, model, evidence, "needsReview", coalesce("categorisedAt", now()), "changeId"
  FROM json_to_recordset($2) AS moved (
    "transactionId" uuid, "fundId" uuid, position bigint, "effectiveDate" date, description text, reference text,
    counterparty text, "counterpartyKey" text, direction text, "amountMinor" numeric, currency text, entries jsonb,
    role text, "takesBack" uuid, lines jsonb, exchanges jsonb, category text, confidence double precision, source text, model text, evidence jsonb, "needsReview" boolean,
    "categorisedAt" timestamptz, "changeId" uuid)
  ON CONFLICT (tenant_id, transaction_id) DO NOTHING`;

/** Stores a batch in one statement. */
export function saveMovements(
  tenantId: string,
  moved: readonly CategorisedMovement[],
): SqlStatement[] {
  if (moved.length === 0) return [];
  return [{ text: SAVE, values: [tenantId, JSON.stringify(moved.map(toRow))] }];
}

function toRow(categorised: CategorisedMovement) {
  const { movement, decision, lines, recordedAt, categorisedAt, changeId } = categorised;
  const { category, confidence, source, model, evidence, needsReview } = decision;
  const { tenantId: _tenant, otherAccountNames: _names, ...row } = movement;
  const amountMinor = movement.amountMinor.toString();
  const decided = { category, confidence, source, model, evidence, needsReview };
  const at = recordedAt ?? new Date().toISOString();
  const stored = lines?.map((line) => toLine(line, at));
  return { ...row, amountMinor, lines: stored, ...decided, categorisedAt, changeId };
}

/** A line of a split as it is stored, with its verdict. */
export interface StoredLine extends CategoryDecision {
  readonly line: number;
  readonly accountId: string;
  readonly accountName: string;
  readonly direction: CashDirection;
  /** Minor units. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly categorisedAt: string;
  readonly changeId: string | null;
}

/** `at` is when a model decided; what people decided has its own time. */
export function toLine(judged: JudgedLine, at: string): StoredLine {
  const { decision, amountMinor, categorisedAt, changeId = null, ...line } = judged;
  const { category, confidence, source, model, evidence, needsReview } = decision;
  return {
    ...line,
    amountMinor: amountMinor.toString(),
    category,
    confidence,
    source,
    model,
    evidence,
    needsReview,
    categorisedAt: categorisedAt ?? at,
    changeId,
  };
}

/** A movement as it is stored: what was posted, and how it was read. */
export interface StoredMovement extends PostedFacts, CategoryDecision {
  readonly direction: CashDirection;
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines: readonly StoredLine[] | null;
}

export interface JudgedAgain {
  readonly stored: StoredMovement;
  readonly movement: Movement;
  readonly decision: CategoryDecision;
  readonly lines: readonly JudgedLine[] | null;
}

const PAGE = 1_000;

/** The columns of a stored movement. */
export const STORED_COLUMNS = `tenant_id AS "tenantId", transaction_id AS "transactionId",
  fund_id AS "fundId", position::int, effective_date::text AS "effectiveDate", description, reference,
  counterparty, counterparty_key AS "counterpartyKey", entries, role, takes_back AS "takesBack", offsets,
  exchanges, direction, amount_minor::text AS "amountMinor", currency, lines, category, confidence, source, model,
  evidence, needs_review AS "needsReview"`;

const LOAD = `
  SELECT ${STORED_COLUMNS} FROM movement
  WHERE tenant_id = $1 AND fund_id = $2 AND entries @> $3::jsonb
    AND ($4::uuid IS NULL OR transaction_id > $4)
  ORDER BY transaction_id LIMIT ${PAGE}`;

/** Everything that was posted to an account since entries are stored, page by page. */
export async function* loadMovementsOf(
  read: ReadAs,
  of: { readonly tenantId: string; readonly fundId: string; readonly accountId: string },
): AsyncGenerator<StoredMovement[]> {
  const entry = JSON.stringify([{ accountId: of.accountId }]);
  for (let after: string | null = null; ;) {
    const client = await read();
    const { rows }: { rows: StoredMovement[] } = await client.query<StoredMovement>(LOAD, [
      of.tenantId,
      of.fundId,
      entry,
      after,
    ]);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.transactionId ?? null;
  }
}

const RESTATE = `
  UPDATE movement SET direction = moved.direction, amount_minor = moved."amountMinor", currency = moved.currency,
    lines = moved.lines
  FROM json_to_recordset($2)
    AS moved ("transactionId" uuid, direction text, "amountMinor" numeric, currency text, lines jsonb)
  WHERE tenant_id = $1 AND transaction_id = moved."transactionId"`;

// An answer of the language model stands, for it was given on the text; so does what people decided.
const RECATEGORISE = `
  UPDATE movement SET category = judged.category, confidence = judged.confidence, source = judged.source,
    model = judged.model, evidence = judged.evidence, needs_review = judged."needsReview",
    categorised_at = now()
  FROM json_to_recordset($2) AS judged ("transactionId" uuid, category text, confidence double precision,
    source text, model text, evidence jsonb, "needsReview" boolean)
  WHERE tenant_id = $1 AND transaction_id = judged."transactionId" AND movement.source IN ('RULE', 'MODEL')`;

/** Stores movements that now read otherwise; an answer of the language model keeps its category, and so does what people decided. */
export function restate(tenantId: string, changed: readonly JudgedAgain[]): SqlStatement[] {
  if (changed.length === 0) return [];
  const moved = changed.map(({ stored, lines, movement }) => {
    const { transactionId, direction, amountMinor, currency } = movement;
    const restated = lines?.map((line) => restatedLine(line, stored.lines));
    return {
      transactionId,
      direction,
      amountMinor: amountMinor.toString(),
      currency,
      lines: restated,
    };
  });
  const categories = changed.filter(isBuiltIn).map(({ movement: { transactionId }, decision }) => {
    const { category, confidence, source, model, evidence, needsReview } = decision;
    return { transactionId, category, confidence, source, model, evidence, needsReview };
  });
  return [
    { text: RESTATE, values: [tenantId, JSON.stringify(moved)] },
    { text: RECATEGORISE, values: [tenantId, JSON.stringify(categories)] },
  ];
}

/** A line as it reads now, with the verdict that is stored for it. */
function restatedLine(judged: JudgedLine, stored: StoredMovement["lines"]): StoredLine {
  const line = toLine(judged, new Date().toISOString());
  const known = stored?.find((each) => each.line === line.line);
  if (known === undefined) return line;
  const { direction, amountMinor } = line;
  return { ...known, direction, amountMinor };
}

/** Whether the built-in model decided the stored category. */
export const isBuiltIn = ({ stored }: Pick<JudgedAgain, "stored">): boolean =>
  stored.source === "RULE" || stored.source === "MODEL";

/** Whether a movement reads otherwise than it is stored. */
export const readsOtherwise = ({ stored, movement, decision }: JudgedAgain): boolean =>
  stored.direction !== movement.direction ||
  stored.amountMinor !== movement.amountMinor.toString() ||
  stored.currency !== movement.currency ||
  (stored.lines?.length ?? 0) !== (movement.lines?.length ?? 0) ||
  (isBuiltIn({ stored }) && stored.category !== decision.category);
