import { FUND_NAMES } from "#lib/graph/funds.ts";
import { liveUrlFor } from "#lib/server/gateway-address.ts";
import { query } from "#lib/server/graphql.ts";
import { viewerOfRequest } from "#lib/server/session/require-ability.ts";
import { signIn } from "#lib/server/session/sign-in.ts";
import type { LayoutServerLoad } from "./$types";

// Fails for nobody who is signed in: error pages stand inside this layout and must appear when the
// gateway is away.
export const load: LayoutServerLoad = async ({ locals, url }) => {
  const viewer = viewerOfRequest({ locals });
  const addresses = {
    liveUrl: liveUrlFor(new URL(url.origin)),
    // Absent where nobody can sign in.
    accountUrl: signIn === undefined ? null : `${signIn.settings.issuer}/account`,
  };
  if (viewer === undefined) return { viewer: null, funds: [], fundProblems: [], ...addresses };
  const names = await query(FUND_NAMES, {});
  return {
    // Asked anew: renewed tokens may bring other roles.
    viewer: viewerOfRequest({ locals }) ?? viewer,
    funds: names.data?.funds.nodes ?? [],
    fundProblems: names.problems,
    ...addresses,
  };
};
