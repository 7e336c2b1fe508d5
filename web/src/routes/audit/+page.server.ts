import { readAuditQuery, toAuditFilter } from "#lib/audit/audit-filter.ts";
import { AuditLogDocument } from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerZone } from "#lib/server/reader-zone.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { PageServerLoad } from "./$types";

const LINES_PER_PAGE = 50;

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "audit");
  const { searchParams } = event.url;
  const filter = readAuditQuery(searchParams);
  const after = searchParams.get("after");
  const { data, problems } = await query(AuditLogDocument, {
    filter: toAuditFilter(filter, readerZone(event.cookies)),
    first: LINES_PER_PAGE,
    after,
  });
  const { nodes, pageInfo } = required(data?.auditTrail, problems, "list");
  return { lines: nodes, pageInfo, after, filter };
};
