import { textOf } from "../forms/form-data.ts";
import type { Translate } from "../language/messages.ts";
import type { CategoryRuleInput, CategoryRuleRowFragment } from "../graph/graph-types.generated.ts";

/** The fund on whose page a rule is written. */
interface RuleFund {
  readonly id: string;
  readonly currency: string;
}

const DIRECTIONS = ["IN", "OUT", "NONE"] as const;

/** The rule of a form; amounts are in the fund's currency unless another is given. */
export function readRule(form: FormData, fund: RuleFund): CategoryRuleInput {
  const [minAmount, maxAmount] = [textOf(form, "minAmount"), textOf(form, "maxAmount")];
  const hasAmount = minAmount !== "" || maxAmount !== "";
  const rank = Number(textOf(form, "rank"));
  return {
    id: textOf(form, "ruleId") || null,
    name: textOf(form, "name"),
    category: textOf(form, "category"),
    fundId: textOf(form, "reach") === "ALL" ? null : fund.id,
    rank: Number.isInteger(rank) && rank > 0 ? rank : null,
    enabled: form.has("enabled"),
    idempotencyKey: textOf(form, "idempotencyKey") || null,
    conditions: {
      textContains: textOf(form, "textContains") || null,
      textWords: wordsOf(textOf(form, "textWords")),
      payee: textOf(form, "payee") || null,
      direction: DIRECTIONS.find((each) => each === textOf(form, "direction")) ?? null,
      currency: textOf(form, "currency").toUpperCase() || (hasAmount ? fund.currency : null),
      minAmount: minAmount || null,
      maxAmount: maxAmount || null,
      accountId: textOf(form, "accountId") || null,
    },
  };
}

function wordsOf(text: string): string[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  return words.length === 0 ? null : words;
}

/** A stored rule as its form shows it. */
export const toInput = (rule: CategoryRuleRowFragment): CategoryRuleInput => ({
  id: rule.id,
  name: rule.name,
  category: rule.category.code,
  fundId: rule.fund?.id ?? null,
  rank: rule.rank,
  enabled: rule.enabled,
  conditions: rule.conditions,
});

const MOVEMENTS = { IN: "rules.in", OUT: "rules.out", NONE: "rules.noMoney" } as const;

/** The conditions of a rule as one line. */
export function conditionsText(
  { conditions }: Pick<CategoryRuleRowFragment, "conditions">,
  t: Translate,
): string {
  const { textContains, textWords, payee, direction, currency, accountId } = conditions;
  const hasAmount = conditions.minAmount !== null || conditions.maxAmount !== null;
  const parts = [
    textContains && t("rules.text", { text: textContains }),
    textWords && t("rules.words", { words: textWords.map((word) => `“${word}”`).join(" ") }),
    payee && t("rules.payee", { text: payee }),
    direction && t(MOVEMENTS[direction]),
    rangeText(conditions, t),
    currency && !hasAmount && t("rules.inCurrency", { currency }),
    accountId && t("rules.oneAccount"),
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join(", ");
}

function rangeText(
  { minAmount: from, maxAmount: to, currency }: CategoryRuleRowFragment["conditions"],
  t: Translate,
): string | null {
  const of = { currency: currency ?? "" };
  if (from !== null && to !== null) return t("rules.amountRange", { from, to, ...of });
  if (from !== null) return t("rules.amountFrom", { from, ...of });
  return to === null ? null : t("rules.amountUpTo", { to, ...of });
}
