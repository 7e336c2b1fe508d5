import { FundPositionDocument } from "#lib/graph/graph-types.generated.ts";
import { readBridgeRange } from "#lib/nav-bridge/bridge-range.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readNavBridges } from "#lib/server/reports/read-nav-bridge.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ cookies, params: { id }, url }) => {
  const range = readBridgeRange(url.searchParams, readerToday(cookies));
  const [fund, { bridges, knownAt, problems }] = await Promise.all([
    query(FundPositionDocument, { id }),
    readNavBridges(id, range),
  ]);
  return {
    fund: required(fund.data?.fund, fund.problems, "fund"),
    range,
    bridges,
    knownAt,
    problems,
  };
};
