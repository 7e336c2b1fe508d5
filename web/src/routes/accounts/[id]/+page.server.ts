import { fail, redirect } from "@sveltejs/kit";
import { readAccountDetails } from "#lib/funds/account-form.ts";
import {
  AccountStatementDocument,
  FundOfAccountDocument,
  RenameAccountDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const ENTRIES_PER_PAGE = 50;
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ABSENT = {
  code: "ACCOUNT_NOT_FOUND",
  message: "There is no account with this id. Choose an account from its fund.",
};

export const load: PageServerLoad = async ({ depends, locals, params: { id }, url }) => {
  depends("allfunds:account");
  const date = (name: string) => {
    const value = url.searchParams.get(name) ?? "";
    return CALENDAR_DATE.test(value) ? value : null;
  };
  const after = url.searchParams.get("after");
  const [from, to] = [date("from"), date("to")];
  const mayRename = locals.session?.viewer.may.post ?? false;
  const variables = { id, first: ENTRIES_PER_PAGE, after, from, to };
  const [answer, fund] = await Promise.all([
    query(AccountStatementDocument, variables),
    mayRename ? query(FundOfAccountDocument, { id }) : null,
  ]);
  const account = required(answer.data?.account, answer.problems, ABSENT);
  return {
    fundId: account.fund.id,
    statement: { variables, answer },
    others: fund?.data?.account?.fund.accounts.nodes ?? [],
    mayRename,
    problems: fund?.problems ?? [],
    after,
    from,
    to,
  };
};

export const actions: Actions = {
  rename: async ({ request, params: { id } }) => {
    const values = readAccountDetails(await request.formData());
    const { data, problems } = await mutate(RenameAccountDocument, {
      input: { accountId: id, ...values },
    });
    if (!data) return fail(422, { values, problem: sentenceOf(problems[0]) });
    redirect(303, `/accounts/${id}`);
  },
};
