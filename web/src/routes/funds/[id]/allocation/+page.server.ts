import { allocate } from "#lib/allocation/allocation.ts";
import { checksOf, DEFAULT_LIMITS, readLimits } from "#lib/allocation/concentration.ts";
import {
  FundAllocationDocument,
  type FundAllocationQuery,
} from "#lib/graph/graph-types.generated.ts";
import type { Problem } from "#lib/problems.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { PageServerLoad } from "./$types";

const PER_PAGE = 200;
/** Shares of a part of the positions would be too large, so more are refused rather than left out. */
const MOST_PAGES = 10;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Held = NonNullable<FundAllocationQuery["fund"]>["positions"]["nodes"];

export const load: PageServerLoad = async ({ cookies, params: { id }, url: { searchParams } }) => {
  const wanted = searchParams.get("asOf") ?? "";
  const asOf = DAY.test(wanted) ? wanted : readerToday(cookies);
  const limits = readLimits(searchParams);
  const { fund, positions, isWhole, problems } = await readPositions(id, asOf);
  const cash = fund.balanceHistory?.find(({ date }) => date === asOf)?.cash ?? null;
  const found = isWhole ? allocate(positions, cash) : ({ code: "TOO_MANY" } as const);
  return {
    fund: { id: fund.id, name: fund.name, currency: fund.currency },
    asOf,
    limits: limits ?? DEFAULT_LIMITS,
    areLimitsRead: limits !== undefined,
    allocation: "code" in found ? null : found,
    fault: "code" in found ? found : null,
    checks: "code" in found || !limits ? [] : checksOf(found, limits, fund.currency),
    problems,
  };
};

async function readPositions(id: string, asOf: string) {
  const positions: Held = [];
  const problems: Problem[] = [];
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const answer: Awaited<ReturnType<typeof readPage>> = await readPage(id, asOf, after);
    const fund = required(answer.data?.fund, answer.problems, "fund");
    problems.push(...answer.problems);
    positions.push(...fund.positions.nodes);
    const { hasNextPage, endCursor } = fund.positions.pageInfo;
    if (!hasNextPage) return { fund, positions, isWhole: true, problems };
    if (page === MOST_PAGES) return { fund, positions, isWhole: false, problems };
    after = endCursor ?? null;
  }
}

const readPage = (id: string, asOf: string, after: string | null) =>
  query(FundAllocationDocument, { id, asOf, first: PER_PAGE, after });
