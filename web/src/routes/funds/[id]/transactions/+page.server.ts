import { FundChartDocument, TransactionListDocument } from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerLanguage, readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import {
  checkTransactionQuery,
  orderOf,
  readTransactionQuery,
  toTransactionFilter,
} from "#lib/transaction-list/transaction-query.ts";
import type { PageServerLoad } from "./$types";

const ROWS_PER_PAGE = 50;
const ABSENT = {
  code: "FUND_NOT_FOUND",
  message: "There is no fund with this id. Choose a fund from the overview.",
};

export const load: PageServerLoad = async (event) => {
  const {
    depends,
    params: { id },
    url,
  } = event;
  depends("allfunds:transactions");
  const asked = readTransactionQuery(url.searchParams);
  const errors = checkTransactionQuery(asked, readerLanguage(event), await readerMessages());
  const after = url.searchParams.get("after");
  const before = url.searchParams.get("before");
  const [books, list] = await Promise.all([
    query(FundChartDocument, { id }),
    Object.keys(errors).length > 0
      ? undefined
      : query(TransactionListDocument, {
          id,
          filter: toTransactionFilter(asked, readerPoint()),
          order: orderOf(asked),
          first: ROWS_PER_PAGE,
          after,
          before,
          last: before === null ? null : ROWS_PER_PAGE,
        }),
  ]);
  return {
    fund: required(books.data?.fund, books.problems, ABSENT),
    list: list?.data?.fund?.transactions ?? null,
    problems: list?.problems ?? [],
    asked,
    errors,
  };
};
