import { FundNamesDocument } from "#lib/graph/graph-types.generated.ts";
import { liveUrlFor } from "#lib/server/graph/gateway-address.ts";
import { readerLanguage } from "#lib/server/reader-language.ts";
import { readerZone } from "#lib/server/reader-zone.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { mayComeInParts } from "#lib/server/graph/streamed.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { APPEARANCE_COOKIE, readAppearance } from "#lib/shell/appearance.ts";
import type { LayoutServerLoad } from "./$types";

// Never fails for a signed-in user: error pages are inside this layout and must work without the
// gateway.
export const load: LayoutServerLoad = async ({ cookies, request, locals: { session }, url }) => {
  const addresses = {
    timeZone: readerZone(cookies),
    showsWhole: !mayComeInParts({ cookies, url }),
    language: readerLanguage({ cookies, request }),
    appearance: readAppearance(cookies.get(APPEARANCE_COOKIE)),
    liveUrl: liveUrlFor(new URL(url.origin)),
    accountUrl: `${signIn().settings.issuer}/account`,
  };
  if (session === undefined) return { viewer: null, funds: [], fundProblems: [], ...addresses };
  const names = await query(FundNamesDocument, {});
  return {
    // Read after the query: a renewed token may carry other roles.
    viewer: session.viewer,
    funds: names.data?.funds.nodes ?? [],
    fundProblems: names.problems,
    ...addresses,
  };
};
