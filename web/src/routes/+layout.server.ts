import { FUND_NAMES } from "#lib/graph/funds.ts";
import { liveUrlFor } from "#lib/server/gateway-address.ts";
import { query } from "#lib/server/graphql.ts";
import { signIn } from "#lib/server/session/sign-in.ts";
import type { LayoutServerLoad } from "./$types";

// Fails for nobody who is signed in: error pages stand inside this layout and must appear when the
// gateway is away.
export const load: LayoutServerLoad = async ({ locals: { session }, url }) => {
  const addresses = {
    liveUrl: liveUrlFor(new URL(url.origin)),
    accountUrl: `${signIn().settings.issuer}/account`,
  };
  if (session === undefined) return { viewer: null, funds: [], fundProblems: [], ...addresses };
  const names = await query(FUND_NAMES, {});
  return {
    // Asked after the query: renewed tokens may bring other roles.
    viewer: session.viewer,
    funds: names.data?.funds.nodes ?? [],
    fundProblems: names.problems,
    ...addresses,
  };
};
