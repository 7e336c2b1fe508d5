import { readAuditQuestion, toAuditFilter } from "#lib/audit/audit-filter.ts";
import { AUDIT_TRAIL } from "#lib/graph/audit-trail.ts";
import { query } from "#lib/server/graphql.ts";
import { required } from "#lib/server/required.ts";
import { requireAbility } from "#lib/server/session/require-ability.ts";
import type { PageServerLoad } from "./$types";

const LINES_PER_PAGE = 50;
const ABSENT = { code: "INTERNAL_ERROR", message: "There is no trail." };

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "audit");
  const { searchParams } = event.url;
  const question = readAuditQuestion(searchParams);
  const after = searchParams.get("after");
  const { data, problems } = await query(AUDIT_TRAIL, {
    filter: toAuditFilter(question),
    first: LINES_PER_PAGE,
    after,
  });
  const { nodes, pageInfo } = required(data?.auditTrail, problems, ABSENT);
  return { lines: nodes, pageInfo, after, question };
};
