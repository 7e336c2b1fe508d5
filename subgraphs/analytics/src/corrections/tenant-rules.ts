import { AppError, invalidInput } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/contract/feed";
import { isId, newId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { CashDirection } from "../classification/features.ts";
import type { CategorySource } from "../classification/built-in-model.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import { firstMatch } from "../category-rules/category-rule.ts";
import type { CategoryRule } from "../category-rules/category-rule.ts";
import {
  deleteRule,
  loadRules,
  MOST_RULES,
  saveRule,
} from "../category-rules/category-rule-store.ts";
import { beginRuleChange } from "../category-rules/rules-version.ts";
import { makeChange } from "./category-change.ts";
import type { ChangeResult, RecordedChange } from "./category-change.ts";
import type { CorrectionParts } from "./correct-category.ts";
import { decideAt, lockStates, placesOf, saveStates, takeBackFrom } from "./correction-store.ts";
import type { CategoryState } from "./correction-store.ts";
import { topOf } from "./decision-chain.ts";
import type { Decision } from "./decision-chain.ts";

/** A rule as a person writes it; without an id it is a new one, without a rank the last. */
export type RuleDraft = Pick<
  CategoryRule,
  "name" | "enabled" | "fundId" | "category" | "conditions"
> & { readonly ruleId: string | null; readonly rank: number | null };

/**
 * Stores a rule for what is posted from now on. Throws NOT_FOUND for a rule and FUND_NOT_FOUND for a fund that
 * the caller may not see, FORBIDDEN for a rule of all funds by a caller of some, OPERATION_LIMIT_EXCEEDED when
 * there are 200, and IDEMPOTENCY_CONFLICT.
 */
export function saveTenantRule(
  { pool, follower }: CorrectionParts,
  request: RequestContext,
  draft: RuleDraft,
  key: string | undefined,
): Promise<RecordedChange> {
  requireFunds(request, draft.fundId);
  return makeChange(pool, request, { kind: "SAVE_RULE", key, input: draft }, async (client) => {
    const { tenantId } = request;
    const { fundId } = draft;
    const positions = await beginRuleChange(client, { tenantId, follower, fundId });
    const rules = await loadRules(client, tenantId);
    const earlier = rules.find(({ ruleId }) => ruleId === draft.ruleId);
    if (draft.ruleId !== null) requireRule(request, earlier);
    if (earlier === undefined && rules.length >= MOST_RULES)
      throw new AppError("OPERATION_LIMIT_EXCEEDED", `There are ${MOST_RULES} rules already.`);
    const last = Math.max(0, ...rules.map(({ rank }) => rank));
    const ruleId = earlier?.ruleId ?? newId();
    await saveRule(client, tenantId, {
      ...draft,
      ruleId,
      rank: draft.rank ?? earlier?.rank ?? last + 1,
      fromPositions: Object.fromEntries(positions),
      madeBy: request.actor,
      madeAt: request.now,
    });
    return { fundId, transactionId: null, ruleId, changed: 0 };
  });
}

/**
 * Deletes a rule; with `takeBack` the transactions that have their category from it get back the one they
 * had. Throws NOT_FOUND and IDEMPOTENCY_CONFLICT.
 */
export function deleteTenantRule(
  { pool, follower }: CorrectionParts,
  request: RequestContext,
  input: { readonly ruleId: string; readonly takeBack: boolean },
  key: string | undefined,
): Promise<RecordedChange> {
  return makeChange(pool, request, { kind: "DELETE_RULE", key, input }, async (client) => {
    const { tenantId } = request;
    const { ruleId, takeBack } = input;
    const { fundId } = await findRule(client, request, ruleId);
    await beginRuleChange(client, { tenantId, follower, fundId });
    await deleteRule(client, tenantId, ruleId);
    const states = takeBack ? await lockStates.ofRule(client, tenantId, ruleId) : [];
    const restored = states.map((state) =>
      takeBackFrom(state, (decision) => decision.ruleId === ruleId),
    );
    await saveStates(client, tenantId, restored);
    return { fundId, transactionId: null, ruleId, changed: restored.length };
  });
}

/** A rule the caller may see and change. Throws NOT_FOUND. */
export async function findRule(
  client: DatabaseClient,
  request: RequestContext,
  ruleId: string,
): Promise<CategoryRule> {
  const rules = isId(ruleId) ? await loadRules(client, request.tenantId) : [];
  return requireRule(
    request,
    rules.find((rule) => rule.ruleId === ruleId),
  );
}

function requireRule(request: RequestContext, rule: CategoryRule | undefined): CategoryRule {
  const mayChange = rule !== undefined && maySee(request, rule.fundId);
  if (mayChange) return rule;
  throw new AppError("NOT_FOUND", "There is no such rule.");
}

const maySee = (request: RequestContext, fundId: string | null): boolean =>
  fundId === null ? grantsOf(request) === "*" : seesFund(request, fundId);

/** Who sees some funds only writes rules for one of them. */
export function requireFunds(request: RequestContext, fundId: string | null): void {
  if (fundId !== null && !isId(fundId)) throw invalidInput("fundId", "is not an id");
  if (maySee(request, fundId)) return;
  if (fundId !== null) throw fundNotFound();
  throw new AppError("FORBIDDEN", "A rule for every fund needs access to every fund. Name a fund.");
}

interface ScannedRow {
  readonly transactionId: string;
  readonly fundId: string;
  readonly position: number;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: CashDirection;
  readonly amountMinor: string;
  readonly currency: string;
  readonly entries: readonly { readonly accountId: string }[] | null;
  readonly category: CategoryCode;
  readonly source: CategorySource;
}

const PAGE = 1_000;

// What the columns can show is left to the database; texts are compared as the rules read them.
const SCAN = `
  SELECT transaction_id AS "transactionId", fund_id AS "fundId", position::int, description, reference,
    counterparty, direction, amount_minor::text AS "amountMinor", currency, entries, category, source
  FROM movement
  WHERE tenant_id = $1 AND ($2::uuid IS NULL OR transaction_id > $2) AND ($3::uuid IS NULL OR fund_id = $3)
    AND role = 'FLOW' AND ($4::text IS NULL OR direction = $4) AND ($5::text IS NULL OR currency = $5)
    AND ($6::numeric IS NULL OR amount_minor >= $6) AND ($7::numeric IS NULL OR amount_minor <= $7)
    AND ($8::jsonb IS NULL OR entries @> $8)
  ORDER BY transaction_id LIMIT ${PAGE}`;

/** Transactions that a rule decides, given the rules that rank before it, page by page. */
async function* scanFor(
  query: (sql: string, parameters: [string, ...unknown[]]) => Promise<{ rows: ScannedRow[] }>,
  tenantId: string,
  rule: CategoryRule,
  others: readonly CategoryRule[],
): AsyncGenerator<{ readonly scanned: number; readonly found: readonly ScannedRow[] }> {
  const { direction, currency, minMinor, maxMinor, accountId } = rule.conditions;
  const account = accountId === undefined ? null : JSON.stringify([{ accountId }]);
  const columns = [rule.fundId, direction, currency, minMinor, maxMinor, account];
  const rules = [
    ...others.filter(({ ruleId }) => ruleId !== rule.ruleId),
    { ...rule, enabled: true },
  ];
  for (let after: string | null = null; ;) {
    const { rows } = await query(SCAN, [tenantId, after, ...columns]);
    const found = rows.filter((row) => firstMatch(rules, subjectOf(row))?.ruleId === rule.ruleId);
    yield { scanned: rows.length, found };
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.transactionId ?? null;
  }
}

const subjectOf = ({ amountMinor, entries, ...row }: ScannedRow) => ({
  ...row,
  amountMinor: BigInt(amountMinor),
  accountIds: (entries ?? []).map(({ accountId }) => accountId),
});

/** A choice of a person and a learned payee rule are closer to the transaction than a rule of the tenant. */
const isCloser = (source: CategorySource): boolean => source === "PERSON" || source === "LEARNED";

/** What a rule would change. */
export interface DryRun {
  readonly matched: number;
  readonly wouldChange: number;
  /** Those that a person or a payee rule has decided. */
  readonly kept: number;
  readonly first: readonly { readonly transactionId: string; readonly from: CategoryCode }[];
  /** Whether every transaction was looked at. */
  readonly complete: boolean;
}

const MOST_SCANNED = 20_000;
const FIRST_SHOWN = 20;

/** Counts what a run of a rule would change, as far as the caller may see, and changes nothing. */
export async function dryRun(
  reads: TenantReads,
  { tenantId }: RequestContext,
  rule: CategoryRule,
  others: readonly CategoryRule[],
): Promise<DryRun> {
  let [scanned, matched, wouldChange, kept] = [0, 0, 0, 0];
  const first: { transactionId: string; from: CategoryCode }[] = [];
  const pages = scanFor((sql, parameters) => reads.query(sql, parameters), tenantId, rule, others);
  for await (const page of pages) {
    scanned += page.scanned;
    matched += page.found.length;
    kept += page.found.filter(({ source }) => isCloser(source)).length;
    const changes = page.found.filter(
      ({ source, category }) => !isCloser(source) && category !== rule.category,
    );
    wouldChange += changes.length;
    for (const { transactionId, category } of changes)
      if (first.length < FIRST_SHOWN) first.push({ transactionId, from: category });
    if (scanned >= MOST_SCANNED) return { matched, wouldChange, kept, first, complete: false };
  }
  return { matched, wouldChange, kept, first, complete: true };
}

/** One run of a rule over what is posted, in one transaction: it has changed all, or nothing. */
export function runTenantRule(
  { pool }: Pick<CorrectionParts, "pool">,
  request: RequestContext,
  run: { readonly ruleId: string; readonly runId: string },
  onPage: (scanned: number) => void,
): Promise<RecordedChange> {
  const asked = { kind: "RUN_RULES", key: `run ${run.runId}`, input: run } as const;
  return makeChange(pool, request, asked, async (client, changeId) => {
    const { tenantId } = request;
    const rules = await loadRules(client, tenantId);
    const rule = rules.find(({ ruleId }) => ruleId === run.ruleId);
    if (rule === undefined) throw new AppError("NOT_FOUND", "There is no such rule.");
    const decision = byTenantRule(rule, changeId, request.now.toISOString());
    const query = (sql: string, parameters: unknown[]) => client.query<ScannedRow>(sql, parameters);
    let changed = 0;
    for await (const { scanned, found } of scanFor(query, tenantId, rule, rules)) {
      const ids = found.map(({ transactionId }) => transactionId);
      const states = await lockStates.ofTransactions(client, tenantId, ids);
      const decided = states.flatMap((state) => decidedByRule(state, decision));
      await saveStates(client, tenantId, decided);
      changed += decided.length;
      onPage(scanned);
    }
    const { fundId } = rule;
    return { fundId, transactionId: null, ruleId: rule.ruleId, changed } satisfies ChangeResult;
  });
}

/** The decision of a tenant's rule; `changeId` is null when the feed applies it. */
export const byTenantRule = (
  { ruleId, name, category }: CategoryRule,
  changeId: string | null,
  decidedAt: string,
): Decision => {
  const evidence = [`rule:${name}`];
  return { category, source: "TENANT_RULE", evidence, ruleId, changeId, decidedAt };
};

/** The places that a tenant's rule may decide, and has not decided likewise already. */
function decidedByRule(state: CategoryState, decision: Decision): CategoryState[] {
  const places = placesOf(state).filter((place) => {
    const top = topOf(state.decided, place);
    if (top === undefined) return true;
    return (
      !isCloser(top.source) &&
      !(top.ruleId === decision.ruleId && top.category === decision.category)
    );
  });
  return places.length === 0 ? [] : [decideAt(state, places, decision)];
}
