import { setImmediate as nextTurn } from "node:timers/promises";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction, type DatabaseClient } from "@allfunds/platform/database";
import { loadAccounts } from "../accounts/account-store.ts";
import { loadRules } from "../category-rules/category-rule-store.ts";
import { firstMatch, type CategoryRule } from "../category-rules/category-rule.ts";
import type { BuiltInModel, CategoryDecision } from "../classification/built-in-model.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import { makeChange, type RecordedChange } from "../corrections/category-change.ts";
import type { CorrectionParts } from "../corrections/correct-category.ts";
import {
  decideAt,
  lockStates,
  placesOf,
  saveStates,
  standing,
  type CategoryState,
} from "../corrections/correction-store.ts";
import { topOf, WHOLE, type Verdict } from "../corrections/decision-chain.ts";
import { byTenantRule } from "../corrections/tenant-rules.ts";
import { STORED_COLUMNS, type StoredMovement } from "../movements/movement-store.ts";
import { categoriseLines, categoriseMovement, movementOf } from "../movements/movement.ts";
import type { Movement } from "../movements/movement.ts";
import { enqueueUncertain } from "../questions/backlog.ts";

/** What judging again works with. */
export interface RecategorisationParts extends Pick<CorrectionParts, "pool"> {
  readonly model: BuiltInModel;
  /** What becomes uncertain is queued for the language model. */
  readonly usesLanguageModel: boolean;
}

/** How many transactions go from one category to another. */
export interface CategoryMove {
  readonly from: CategoryCode;
  readonly to: CategoryCode;
  readonly transactions: number;
}

/** A transaction whose category would change. */
interface MovedTransaction {
  readonly transactionId: string;
  readonly from: CategoryCode;
  readonly to: CategoryCode;
}

/** What a recategorisation would change. */
interface RecategorisationPreview {
  readonly scanned: number;
  readonly changed: number;
  /** The most frequent first. */
  readonly moves: readonly CategoryMove[];
  readonly first: readonly MovedTransaction[];
  /** Whether every transaction was looked at. */
  readonly complete: boolean;
}

const PAGE = 500;
const MOST_SCANNED = 20_000;
const FIRST_SHOWN = 20;

/**
 * What judging everything again by the model and the rules of now would change, as far as 20,000 transactions show.
 * It changes nothing.
 */
export function previewRecategorisation(
  { pool, model }: RecategorisationParts,
  request: RequestContext,
  fundId: string | null,
): Promise<RecategorisationPreview> {
  return withTransaction(pool, request, async (client) => {
    await client.query("SET TRANSACTION READ ONLY");
    const moves = new Moves();
    const first: MovedTransaction[] = [];
    let scanned = 0;
    const judge = await judgeOf(client, { model, request, changeId: null });
    for await (const page of pagesOf(client, request.tenantId, fundId)) {
      const ids = page.map(({ transactionId }) => transactionId);
      const states = await lockStates.asTheyAre(client, request.tenantId, ids);
      for (const { before, after } of await judge(page, states)) {
        const moved = moves.add(before, after);
        if (moved !== undefined && first.length < FIRST_SHOWN) first.push(moved);
      }
      scanned += page.length;
      if (scanned >= MOST_SCANNED) break;
      await nextTurn();
    }
    const complete = scanned < MOST_SCANNED;
    return { scanned, changed: moves.changed, moves: moves.counted(), first, complete };
  });
}

export interface RecategorisationRun {
  readonly fundId: string | null;
  /** Names the run, so that one that is run again after a crash changes nothing twice. */
  readonly runId: string;
}

/** What a recategorisation has changed. */
export interface Recategorised {
  readonly recorded: RecordedChange;
  readonly moves: readonly CategoryMove[];
}

/**
 * Judges everything that is posted again, in one transaction: it has changed all of it, or nothing. A person's
 * choice, a learned payee rule and an answer of the language model stand; what a rule of the tenant decides
 * now goes before the model.
 */
export async function recategorise(
  { pool, model, usesLanguageModel }: RecategorisationParts,
  request: RequestContext,
  run: RecategorisationRun,
  report: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<Recategorised> {
  const moves = new Moves();
  const asked = { kind: "RECATEGORISE", key: `run ${run.runId}`, input: run } as const;
  const recorded = await makeChange(pool, request, asked, async (client, changeId) => {
    const { tenantId } = request;
    const judge = await judgeOf(client, { model, request, changeId });
    const { rows } = await client.query<{ total: number }>(COUNT, [tenantId, run.fundId]);
    const total = rows[0]?.total ?? 0;
    let done = 0;
    for await (const page of pagesOf(client, tenantId, run.fundId)) {
      const ids = page.map(({ transactionId }) => transactionId);
      const judged = await judge(page, await lockStates.ofTransactions(client, tenantId, ids));
      for (const { before, after } of judged) moves.add(before, after);
      const changed = judged.filter(({ before, after }) => before !== after);
      await saveStates(
        client,
        tenantId,
        changed.map(({ after }) => after),
      );
      done += page.length;
      report({ done, total });
      await nextTurn();
    }
    await client.query(FOLLOW_ORIGINALS, [tenantId, run.fundId]);
    await client.query(DROP_ANSWERED, [tenantId]);
    if (usesLanguageModel) await enqueueUncertain(client, tenantId);
    const { fundId } = run;
    return { fundId, transactionId: null, ruleId: null, changed: moves.changed };
  });
  return { recorded, moves: moves.counted() };
}

// What takes another one back has its category, and is judged with it.
const LOAD = `
  SELECT ${STORED_COLUMNS} FROM movement
  WHERE tenant_id = $1 AND ($2::uuid IS NULL OR fund_id = $2) AND takes_back IS NULL
    AND ($3::uuid IS NULL OR transaction_id > $3)
  ORDER BY transaction_id LIMIT ${PAGE}`;

const COUNT = `
  SELECT count(*)::int AS total FROM movement
  WHERE tenant_id = $1 AND ($2::uuid IS NULL OR fund_id = $2) AND takes_back IS NULL`;

const FOLLOW_ORIGINALS = `
  UPDATE movement AS back SET category = original.category, confidence = original.confidence, model = original.model,
    categorised_at = now()
  FROM movement AS original
  WHERE back.tenant_id = $1 AND original.tenant_id = $1 AND ($2::uuid IS NULL OR back.fund_id = $2)
    AND original.transaction_id = back.takes_back AND back.source = 'RULE' AND back.category <> original.category`;

const DROP_ANSWERED = `
  DELETE FROM category_question AS question USING movement
  WHERE question.tenant_id = $1 AND movement.tenant_id = $1 AND question.state = 'WAITING'
    AND movement.transaction_id = question.transaction_id AND NOT movement.needs_review`;

async function* pagesOf(
  client: DatabaseClient,
  tenantId: string,
  fundId: string | null,
): AsyncGenerator<StoredMovement[]> {
  for (let after: string | null = null; ;) {
    const { rows }: { rows: StoredMovement[] } = await client.query<StoredMovement>(LOAD, [
      tenantId,
      fundId,
      after,
    ]);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.transactionId ?? null;
  }
}

/** The same state where nothing changes. */
interface Judged {
  readonly before: CategoryState;
  readonly after: CategoryState;
}

interface Judging {
  readonly model: BuiltInModel;
  readonly request: RequestContext;
  readonly changeId: string | null;
}

/** Judges pages of one tenant by the rules that are in force when it begins. */
async function judgeOf(client: DatabaseClient, { model, request, changeId }: Judging) {
  const { tenantId, now } = request;
  const at = now.toISOString();
  const rules = await loadRules(client, tenantId);
  return async (
    page: readonly StoredMovement[],
    states: readonly CategoryState[],
  ): Promise<Judged[]> => {
    const used = page.flatMap(({ entries }) => entries.map(({ accountId }) => accountId));
    const found = await loadAccounts(client, tenantId, [...new Set(used)]);
    const accounts = new Map(found.map((account) => [account.accountId, account]));
    const stored = new Map(page.map((each) => [each.transactionId, each]));
    return states.map((before) => {
      const movement = movementOf(stored.get(before.transactionId) as StoredMovement, accounts);
      const judged = withModel(before, model, movement, at);
      return { before, after: withRules(judged, rules, movement, { changeId, at }) };
    });
  };
}

/** The state with what the model decides now beneath everything that people decided. */
function withModel(
  state: CategoryState,
  model: BuiltInModel,
  movement: Movement,
  at: string,
): CategoryState {
  const lines = new Map(
    categoriseLines(model, movement)?.map(({ line, decision }) => [line, decision]),
  );
  const decisionAt = (place: number): CategoryDecision | undefined =>
    place === WHOLE ? categoriseMovement(model, movement) : lines.get(place);
  return placesOf(state).reduce((judged, place) => {
    const beneath = beneathOf(judged, place);
    const decision = decisionAt(place);
    const isBuiltIn = beneath?.source === "RULE" || beneath?.source === "MODEL";
    if (!isBuiltIn || decision === undefined || isSame(beneath, decision)) return judged;
    const { category, confidence, source, model: by, evidence, needsReview } = decision;
    const verdict = { category, confidence, source, model: by, evidence, needsReview };
    return withBeneath(judged, place, { ...verdict, categorisedAt: at });
  }, state);
}

const isSame = (verdict: Verdict, decision: CategoryDecision): boolean =>
  verdict.category === decision.category &&
  verdict.source === decision.source &&
  verdict.model === decision.model &&
  verdict.needsReview === decision.needsReview &&
  Math.abs(verdict.confidence - decision.confidence) < 1e-9;

/** The verdict of a model at a place, whatever people decided above it. */
function beneathOf({ decided, verdict, lines }: CategoryState, place: number): Verdict | undefined {
  if (topOf(decided, place) !== undefined) return decided.base[place];
  return place === WHOLE ? verdict : lines?.find(({ line }) => line === place);
}

function withBeneath(state: CategoryState, place: number, verdict: Verdict): CategoryState {
  const { decided } = state;
  if (topOf(decided, place) !== undefined) {
    return standing(state, { ...decided, base: { ...decided.base, [place]: verdict } });
  }
  if (place === WHOLE) return { ...state, verdict };
  const lines = state.lines?.map((each) => (each.line === place ? { ...each, ...verdict } : each));
  return { ...state, lines: lines ?? null };
}

/** The state once the first rule of the tenant that applies has decided, where nothing closer has. */
function withRules(
  state: CategoryState,
  rules: readonly CategoryRule[],
  movement: Movement,
  { changeId, at }: { readonly changeId: string | null; readonly at: string },
): CategoryState {
  if (movement.role !== "FLOW" || rules.length === 0) return state;
  const accountIds = movement.entries.map(({ accountId }) => accountId);
  const rule = firstMatch(rules, { ...movement, accountIds });
  if (rule === undefined) return state;
  const places = placesOf(state).filter((place) => {
    const top = topOf(state.decided, place);
    if (top === undefined) return true;
    const isAlready = top.ruleId === rule.ruleId && top.category === rule.category;
    return top.source === "TENANT_RULE" && !isAlready;
  });
  return places.length === 0 ? state : decideAt(state, places, byTenantRule(rule, changeId, at));
}

/** Counts of transactions by the category they had and get. */
class Moves {
  readonly #counts = new Map<string, CategoryMove>();
  changed = 0;

  add(before: CategoryState, after: CategoryState): MovedTransaction | undefined {
    const [from, to] = [before.verdict.category, after.verdict.category];
    if (from === to) return undefined;
    this.changed += 1;
    const transactions = (this.#counts.get(`${from} ${to}`)?.transactions ?? 0) + 1;
    this.#counts.set(`${from} ${to}`, { from, to, transactions });
    return { transactionId: before.transactionId, from, to };
  }

  counted(): CategoryMove[] {
    return [...this.#counts.values()].toSorted((a, b) => b.transactions - a.transactions);
  }
}
