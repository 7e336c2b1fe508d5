import {
  BenchmarksDocument,
  FundNameDocument,
  FundPerformanceDocument,
} from "#lib/graph/graph-types.generated.ts";
import { requestedMetrics } from "#lib/performance/performance-figures.ts";
import {
  daysOf,
  readPerformanceQuery,
  type Days,
  type PerformanceQuery,
} from "#lib/performance/performance-range.ts";
import { chartPoints } from "#lib/performance/unit-value-points.ts";
import { absent } from "#lib/server/graph/absent.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { failPage, required } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

const BENCHMARKS_LISTED = 200;
const DRAWDOWNS_SHOWN = 5;

export const load: PageServerLoad = async ({ params: { id }, url }) => {
  const wanted = readPerformanceQuery(url.searchParams) ?? failPage(absent("range"));
  // The graph's days are UTC, so the ranges end on the same one.
  const days = daysOf(wanted, new Date().toISOString().slice(0, 10));
  const [named, performance, choices] = await Promise.all([
    query(FundNameDocument, { id }),
    typeof days === "string" ? null : readPerformance(id, wanted, days),
    readBenchmarks(wanted.benchmark),
  ]);
  return {
    fund: required(named.data?.fund, named.problems, "fund"),
    wanted,
    rangeProblem: typeof days === "string" ? days : null,
    ...(performance ?? { performance: null, chart: null, performanceProblems: [] }),
    ...choices,
  };
};

async function readPerformance(id: string, { benchmark }: PerformanceQuery, days: Days) {
  const { data, problems } = await query(FundPerformanceDocument, {
    id,
    ...days,
    benchmarkId: benchmark === "" ? null : benchmark,
    metrics: requestedMetrics(benchmark !== ""),
    drawdowns: DRAWDOWNS_SHOWN,
  });
  const found = data?.fund?.performance ?? null;
  if (found === null) return { performance: null, chart: null, performanceProblems: problems };
  const { unitValues, ...performance } = found;
  return { performance, chart: chartPoints(unitValues), performanceProblems: problems };
}

async function readBenchmarks(chosen: string) {
  const { data, problems } = await query(BenchmarksDocument, {
    first: BENCHMARKS_LISTED,
    chosen,
    hasChosen: chosen !== "",
  });
  const listed = data?.instruments.nodes ?? [];
  const other = data?.instrument ?? null;
  return {
    benchmarks:
      other === null || listed.some(({ id }) => id === other.id) ? listed : [other, ...listed],
    moreBenchmarks: data?.instruments.pageInfo.hasNextPage ?? false,
    benchmarkProblems: problems,
  };
}
