import { ACCOUNT_STATEMENT } from "#lib/graph/accounts.ts";
import { query } from "#lib/server/graphql.ts";
import { required } from "#lib/server/required.ts";
import type { PageServerLoad } from "./$types";

const ENTRIES_PER_PAGE = 50;
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ABSENT = { code: "ACCOUNT_NOT_FOUND", message: "There is no account with this id." };

export const load: PageServerLoad = async ({ depends, params: { id }, url }) => {
  depends("allfunds:account");
  const date = (name: string) => {
    const value = url.searchParams.get(name) ?? "";
    return CALENDAR_DATE.test(value) ? value : null;
  };
  const after = url.searchParams.get("after");
  const [from, to] = [date("from"), date("to")];
  const { data, problems } = await query(ACCOUNT_STATEMENT, {
    id,
    first: ENTRIES_PER_PAGE,
    after,
    from,
    to,
  });
  return { account: required(data?.account, problems, ABSENT), problems, after, from, to };
};
