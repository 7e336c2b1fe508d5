import type { SqlStatement } from "@allfunds/platform/database";
import type { ReadAs } from "../books/tenant-connection.ts";
import { firstMatch } from "../category-rules/category-rule.ts";
import type { CategoryRule } from "../category-rules/category-rule.ts";
import { loadRules } from "../category-rules/category-rule-store.ts";
import { byTenantRule } from "../corrections/tenant-rules.ts";
import { requireRulesVersion } from "../category-rules/rules-version.ts";
import { decideAt, keepDecisions, placesOf, standing } from "../corrections/correction-store.ts";
import type { CategoryState, LineVerdict } from "../corrections/correction-store.ts";
import { NOTHING_DECIDED } from "../corrections/decision-chain.ts";
import type { Decided, Decision } from "../corrections/decision-chain.ts";
import { toLine } from "../movements/movement-store.ts";
import type { CategorisedMovement, JudgedLine, Movement } from "../movements/movement.ts";
import { loadPayeeRules } from "../payee-rules/payee-rule.ts";
import type { PayeeRule } from "../payee-rules/payee-rule.ts";

interface Rules {
  readonly version: number;
  readonly byPayee: ReadonlyMap<string, PayeeRule>;
  readonly ofTenant: readonly CategoryRule[];
}

const NO_RULES: Rules = { version: 0, byPayee: new Map(), ofTenant: [] };

const payeeName = ({ fundId, counterpartyKey, direction }: Movement): string =>
  `${fundId} ${direction} ${counterpartyKey}`;

interface DecidedRow extends Decided {
  readonly transactionId: string;
}

// One round trip for both: the rules change rarely, decisions are there when the feed is read again.
const LOOK = `
  SELECT coalesce((SELECT version FROM category_rules WHERE tenant_id = $1), 0)::int AS version,
    (SELECT json_agg(json_build_object('transactionId', transaction_id, 'chains', chains, 'base', base))
     FROM category_decision WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])) AS decided`;

interface LookRow {
  readonly version: number;
  readonly decided: readonly DecidedRow[] | null;
}

// Rules are read again when there are more tenants.
const MOST_TENANTS = 1_000;

/** What people have decided, as the follower applies it: their choices, and the rules in force. */
export class FollowedDecisions {
  readonly #rules = new Map<string, Rules>();

  clear(): void {
    this.#rules.clear();
  }

  /**
   * The movements with the category that people or their rules have decided, and the statements that go with
   * them. What was decided when the feed was first read stands; a rule decides only what came after it.
   */
  async applyTo(
    read: ReadAs,
    tenantId: string,
    moved: readonly CategorisedMovement[],
  ): Promise<{ moved: readonly CategorisedMovement[]; statements: SqlStatement[] }> {
    if (moved.length === 0) return { moved, statements: [] };
    const client = await read();
    const ids = moved.map(({ movement }) => movement.transactionId);
    const { rows } = await client.query<LookRow>(LOOK, [tenantId, ids]);
    const { version, decided } = rows[0] ?? { version: 0, decided: null };
    const rules = await this.#rulesOf(read, tenantId, version);
    const known = new Map((decided ?? []).map((row) => [row.transactionId, row]));
    const added: CategoryState[] = [];
    const judged = moved.map((one) => {
      const earlier = known.get(one.movement.transactionId);
      if (earlier !== undefined) return withDecisions(one, earlier);
      const state = byRules(rules, one);
      if (state === undefined) return one;
      added.push(state);
      return withState(one, state);
    });
    const kept = added.length === 0 ? [] : [keepDecisions(tenantId, added)];
    return { moved: judged, statements: [requireRulesVersion(tenantId, version), ...kept] };
  }

  async #rulesOf(read: ReadAs, tenantId: string, version: number): Promise<Rules> {
    if (version === 0) return NO_RULES;
    const cached = this.#rules.get(tenantId);
    if (cached?.version === version) return cached;
    const client = await read();
    const ofTenant = await loadRules(client, tenantId);
    const byPayee = new Map(
      (await loadPayeeRules(client, tenantId)).map((rule) => [
        `${rule.fundId} ${rule.direction} ${rule.payeeKey}`,
        rule,
      ]),
    );
    if (this.#rules.size >= MOST_TENANTS) this.#rules.clear();
    const rules = { version, byPayee, ofTenant };
    this.#rules.set(tenantId, rules);
    return rules;
  }
}

/** A payee rule is closer to the transaction than a rule of the tenant. */
function byRules(rules: Rules, one: CategorisedMovement): CategoryState | undefined {
  const decision = byPayeeRule(rules, one) ?? byRuleOfTenant(rules, one);
  if (decision === undefined) return undefined;
  const state = stateOf(one);
  return decideAt(state, placesOf(state), decision);
}

function byRuleOfTenant({ ofTenant }: Rules, one: CategorisedMovement): Decision | undefined {
  const { movement, recordedAt } = one;
  const { fundId, position } = movement;
  if (ofTenant.length === 0 || movement.role !== "FLOW") return undefined;
  const inForce = ofTenant.filter(({ fromPositions }) => position > (fromPositions[fundId] ?? 0));
  const accountIds = movement.entries.map(({ accountId }) => accountId);
  const rule = firstMatch(inForce, { ...movement, accountIds });
  return rule && byTenantRule(rule, null, recordedAt ?? rule.madeAt.toISOString());
}

function byPayeeRule({ byPayee }: Rules, one: CategorisedMovement): Decision | undefined {
  const { movement, recordedAt } = one;
  const rule = byPayee.get(payeeName(movement));
  if (rule === undefined || movement.position <= rule.fromPosition) return undefined;
  return {
    category: rule.category,
    source: "LEARNED",
    evidence: [`payee:${rule.payeeName}`],
    ruleId: rule.ruleId,
    changeId: null,
    decidedAt: recordedAt ?? rule.madeAt.toISOString(),
  };
}

const stateOf = ({ movement, decision, lines, recordedAt }: CategorisedMovement): CategoryState => {
  const { category, confidence, source, model, evidence, needsReview } = decision;
  const categorisedAt = recordedAt ?? new Date(0).toISOString();
  return {
    transactionId: movement.transactionId,
    fundId: movement.fundId,
    verdict: { category, confidence, source, model, evidence, needsReview, categorisedAt },
    changeId: null,
    lines: lines?.map((line) => toLine(line, categorisedAt)) ?? null,
    decided: NOTHING_DECIDED,
  };
};

const withDecisions = (one: CategorisedMovement, decided: Decided): CategorisedMovement =>
  Object.keys(decided.chains).length === 0 ? one : withState(one, standing(stateOf(one), decided));

const withState = (
  one: CategorisedMovement,
  { verdict, changeId, lines }: CategoryState,
): CategorisedMovement => {
  const { categorisedAt, ...decision } = verdict;
  const judged = one.lines?.map((line) => {
    const found = lines?.find((each) => each.line === line.line);
    return found === undefined ? line : withVerdict(line, found);
  });
  return { ...one, decision, lines: judged ?? null, categorisedAt, changeId };
};

const withVerdict = (line: JudgedLine, verdict: LineVerdict): JudgedLine => {
  const { category, confidence, source, model, evidence, needsReview } = verdict;
  const { categorisedAt, changeId } = verdict;
  const decision = { category, confidence, source, model, evidence, needsReview };
  return { ...line, decision, categorisedAt, changeId };
};
