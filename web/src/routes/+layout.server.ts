import { FUND_NAMES } from "#lib/graph/funds.ts";
import { liveUrlFor } from "#lib/server/gateway-address.ts";
import { query } from "#lib/server/graphql.ts";
import type { LayoutServerLoad } from "./$types";

// Never fails: error pages stand inside this layout and must appear when the gateway is away.
export const load: LayoutServerLoad = async ({ url }) => {
  const names = await query(FUND_NAMES, {});
  return {
    funds: names.data?.funds.nodes ?? [],
    fundProblems: names.problems,
    liveUrl: liveUrlFor(new URL(url.origin)),
  };
};
