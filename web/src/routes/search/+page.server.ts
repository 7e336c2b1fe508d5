import { SearchedAccountsDocument, SearchFundsDocument } from "#lib/graph/graph-types.generated.ts";
import { accountsIn, FUNDS_SEARCHED } from "#lib/search/found-places.ts";
import { findPlaces, placesOf } from "#lib/search/places.ts";
import { mergeFound, readSought } from "#lib/search/sought.ts";
import { readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { query } from "#lib/server/graph/graphql.ts";
import type { PageServerLoad } from "./$types";

const FOUND_IN_FUND = 20;
const PLACES_OF_A_KIND = 50;

export const load: PageServerLoad = async ({ url, parent }) => {
  const typed = url.searchParams.get("q")?.trim() ?? "";
  const sought = readSought(typed, readerPoint());
  const { viewer, funds } = await parent();
  if (sought === undefined || viewer === null) {
    return { typed, places: [], found: [], problems: [], next: null };
  }
  const page = { first: FUNDS_SEARCHED, after: url.searchParams.get("after") };
  const [listed, accounts] = await Promise.all([
    query(SearchFundsDocument, { ...sought, ...page, found: FOUND_IN_FUND }),
    query(SearchedAccountsDocument, page),
  ]);
  const at = {
    viewer,
    funds,
    fundId: undefined,
    transactionId: undefined,
    t: readerMessages(),
  };
  const places = placesOf({ ...at, accounts: accountsIn(accounts.data) });
  const { nodes = [], pageInfo } = listed.data?.funds ?? {};
  return {
    typed,
    places: findPlaces(places, typed, PLACES_OF_A_KIND),
    found: nodes
      .map(({ byWords, byAmount, ...fund }) => ({ fund, ...mergeFound([byWords, byAmount]) }))
      .filter(({ transactions }) => transactions.length > 0),
    problems: [...listed.problems, ...accounts.problems],
    // Funds behind these were not searched yet.
    next: pageInfo?.hasNextPage ? pageInfo.endCursor : null,
  };
};
