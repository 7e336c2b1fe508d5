import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { CategoryDecision } from "../classification/built-in-model.ts";
import { counterpartyKey } from "../classification/normalise.ts";
import { verdictOf } from "../corrections/decision-chain.ts";
import type { PayeeRuleEntities } from "../payee-rules/payee-rule-entity.ts";
import type { AnalyzeItem } from "./analysis-types.ts";

interface LearnedRule {
  readonly ruleId: string;
  readonly payeeName: string;
  readonly category: CategoryDecision["category"];
}

const decisionOf = ({ ruleId, payeeName, category }: LearnedRule): CategoryDecision =>
  verdictOf({
    category,
    source: "LEARNED",
    evidence: [`payee:${payeeName}`],
    ruleId,
    changeId: null,
    decidedAt: "",
  });

/** The category that a payee rule of the item's fund gives it, if there is one; by place of the item. */
export async function learnedCategories(
  orm: TenantOrm<PayeeRuleEntities>,
  tenantId: string,
  items: readonly AnalyzeItem[],
): Promise<ReadonlyMap<number, CategoryDecision>> {
  const wanted = items.flatMap(({ fundId, payee, direction }, place) =>
    fundId === undefined || payee === undefined || direction === undefined
      ? []
      : [{ place, fundId, direction, payeeKey: counterpartyKey(payee, "") }],
  );
  if (wanted.length === 0) return new Map();
  const rules = await orm.as(tenantId, (em, { PayeeRuleEntity }) =>
    em.find(PayeeRuleEntity, {
      tenantId,
      deletedAt: null,
      fundId: { $in: [...new Set(wanted.map(({ fundId }) => fundId))] },
      payeeKey: { $in: [...new Set(wanted.map(({ payeeKey }) => payeeKey))] },
    }),
  );
  return new Map(
    wanted.flatMap(({ place, fundId, direction, payeeKey }) => {
      const rule = rules.find(
        (each) =>
          each.fundId === fundId && each.direction === direction && each.payeeKey === payeeKey,
      );
      return rule === undefined ? [] : [[place, decisionOf(rule)] as const];
    }),
  );
}
