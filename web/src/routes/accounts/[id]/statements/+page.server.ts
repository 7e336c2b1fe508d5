import { AccountBankStatementsDocument } from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

const STATEMENTS_PER_PAGE = 20;
const ABSENT = {
  code: "ACCOUNT_NOT_FOUND",
  message: "There is no account with this id. Choose an account from its fund.",
};

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const { data, problems } = await query(AccountBankStatementsDocument, {
    id,
    first: STATEMENTS_PER_PAGE,
    after,
  });
  return {
    account: required(data?.account, problems, ABSENT),
    problems,
    isFirstPage: after === null,
    mayImport: locals.session?.viewer.may.post ?? false,
  };
};
