import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { AnalyticsJobs } from "./analytics-jobs.ts";
import type { Transaction } from "./books.ts";
import type { Caller } from "./caller.ts";
import type { createCategories } from "./category-resolvers.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { transactionValue } from "./ledger-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

type Rule = Graph.FakeValue<Graph.CategoryRule> & {
  readonly id: string;
  readonly category: object;
};

const AT = "2026-06-30T12:00:00.000Z";

/** Rules that people write, and what they do to the categories of the fake. */
export function createCategoryRules(
  state: GraphState,
  { categoryOf, change, nameOf }: ReturnType<typeof createCategories>,
  jobs: AnalyticsJobs,
) {
  let rules: Rule[] = [];
  let payeeRules = [
    { id: "payee-1", payee: "Taxi Central", direction: "OUT", category: choice("travel") },
  ];

  function choice(code: string) {
    return { code, name: nameOf(code) };
  }

  /** What the text conditions of a rule find. */
  function matching({ conditions, fundId }: Graph.CategoryRuleInput): Transaction[] {
    const { textContains, textWords } = conditions;
    const wanted = [textContains ?? "", ...(textWords ?? [])].map((text) => text.toLowerCase());
    const funds = state.funds.filter(({ id }) => fundId == null || id === fundId);
    return funds
      .flatMap(({ transactions }) => transactions)
      .filter(({ description }) =>
        wanted.every((text) => description.toLowerCase().includes(text)),
      );
  }

  function save(input: Graph.CategoryRuleInput) {
    const { conditions } = input;
    if (Object.values(conditions).every((value) => value === null)) {
      const message = "conditions: must have at least one condition";
      throw codedError("INVALID_INPUT", message);
    }
    const id = input.id ?? `rule-${rules.length + 1}`;
    const rule: Rule = {
      id,
      name: input.name,
      rank: input.rank ?? rules.length + 1,
      enabled: input.enabled,
      applied: 0,
      category: choice(input.category),
      fund: input.fundId == null ? null : { id: input.fundId },
      madeBy: "user-1",
      madeAt: AT,
      conditions: {
        textContains: conditions.textContains ?? null,
        textWords: conditions.textWords ?? null,
        payee: conditions.payee ?? null,
        direction: conditions.direction ?? null,
        currency: conditions.currency ?? null,
        minAmount: conditions.minAmount ?? null,
        maxAmount: conditions.maxAmount ?? null,
        accountId: null,
      },
    };
    rules = [...rules.filter((each) => each.id !== id), rule];
    return { id: `${id}-saved`, ruleId: id, changed: 0 };
  }

  function run(ruleId: string) {
    const rule = rules.find(({ id }) => id === ruleId);
    if (rule === undefined) throw codedError("NOT_FOUND", "There is no such rule.");
    const { conditions, fund, category } = rule as Required<Rule>;
    const found = matching({ conditions, fundId: fund?.id } as Graph.CategoryRuleInput);
    const { code } = category as { readonly code: string };
    return jobs.finish("category-rule-run", { change: change(found, () => code) });
  }

  const resolvers: Graph.Resolvers<Caller> = {
    Query: {
      categoryRules: () => rules,
      categoryRuleDryRun: (_, { rule }) => {
        const found = matching(rule);
        const changing = found.filter((each) => categoryOf(each).code !== rule.category);
        const first = changing.map((each) => ({
          from: categoryOf(each),
          transaction: transactionValue(each),
        }));
        const [matched, wouldChange] = [found.length, changing.length];
        return { matched, wouldChange, kept: 0, complete: true, first };
      },
      recategorisationPreview: () => ({
        scanned: 3,
        changed: 1,
        complete: true,
        first: [],
        moves: [{ from: choice("other"), to: choice("fee"), transactions: 1 }],
      }),
    },
    Fund: {
      payeeRules: ({ id }, page) => {
        fundOf(state, id);
        return pageOf(payeeRules, page, (rule) => ({ ...rule, applied: 2, madeAt: AT }));
      },
    },
    Mutation: {
      saveCategoryRule: (_, { input }) => save(input),
      deleteCategoryRule: (_, { ruleId }) => {
        rules = rules.filter(({ id }) => id !== ruleId);
        return { id: "deleted", changed: 0 };
      },
      deletePayeeRule: (_, { input: { ruleId } }) => {
        payeeRules = payeeRules.filter(({ id }) => id !== ruleId);
        return { id: "deleted", changed: 0 };
      },
      runCategoryRule: (_, { ruleId }) => run(ruleId),
      recategorise: () =>
        jobs.finish("recategorisation", {
          change: { id: "change-again", changed: 1 },
          moves: [{ from: choice("other"), to: choice("fee"), transactions: 1 }],
        }),
    },
  };
  return resolvers;
}
