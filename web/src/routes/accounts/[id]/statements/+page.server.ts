import {
  AccountBankStatementsDocument,
  ImportRulesEffectDocument,
  type ImportRulesEffectQuery,
  type StatementDirection,
} from "#lib/graph/graph-types.generated.ts";
import type { Problem } from "#lib/problems.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

const STATEMENTS_PER_PAGE = 20;

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const { data, problems } = await query(AccountBankStatementsDocument, {
    id,
    first: STATEMENTS_PER_PAGE,
    after,
  });
  const account = required(data?.account, problems, "account");
  const rule = ruleIn(searchParams);
  const [effect, chart] = await Promise.all([effectOf(id, rule), readChart(account.fund.id)]);
  return {
    account,
    rule,
    effect: effect.found,
    accounts: chart.accounts.filter((each) => each.id !== id),
    problems: [...problems, ...effect.problems],
    isFirstPage: after === null,
    mayImport: locals.session?.viewer.may.post ?? false,
  };
};

interface Rule {
  readonly words: string;
  readonly direction: StatementDirection;
  readonly accountId: string;
}

/** The rule that the address names, to be compared with where lines went. */
function ruleIn(search: URLSearchParams): Rule | null {
  const [words, accountId] = ["words", "account"].map((name) => search.get(name)?.trim() ?? "");
  if (!words || !accountId) return null;
  return { words, accountId, direction: search.get("way") === "IN" ? "IN" : "OUT" };
}

type Effect = NonNullable<ImportRulesEffectQuery["account"]>["importRulesEffect"];

async function effectOf(
  id: string,
  rule: Rule | null,
): Promise<{ readonly found: Effect | null; readonly problems: Problem[] }> {
  if (rule === null) return { found: null, problems: [] };
  const { words, direction, accountId } = rule;
  const rules = [{ contains: [words], direction, accountId }];
  const { data, problems } = await query(ImportRulesEffectDocument, { id, input: { rules } });
  return { found: data?.account?.importRulesEffect ?? null, problems };
}
