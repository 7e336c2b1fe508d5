import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { playExample } from "../valuations/worked-example.fixture.ts";

const of = { overrides: { tenantId: newId(), now: new Date("2026-12-01T00:00:00.000Z") } };
const both = { maker: signedIn("ann", of), approver: signedIn("bob", of) };
let database: TestDatabase;
let graph: LedgerGraph;
beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const LATE = "2026-10-31";

const COMPARED = `query ($id: ID!, $early: Date!, $late: Date!, $knownAt: SafeInt) { shareClass(id: $id) {
  trials: comparativeTrialBalance(days: [$early, $late], knownAt: $knownAt) { ...compared }
  sheets: comparativeBalanceSheet(days: [$early, $late], knownAt: $knownAt, depth: 1) { ...compared }
  early: trialBalance(asOf: $early, knownAt: $knownAt) { ...tree }
  late: trialBalance(asOf: $late, knownAt: $knownAt) { ...tree }
  lateSheet: balanceSheet(asOf: $late, knownAt: $knownAt) { tree(first: 100, depth: 1) { nodes { ...line } } } } }
  fragment compared on ComparativeReport { knownAt lines(first: 100) { nodes { account { code } columns { amounts { amount currency } } } } }
  fragment line on RolledUpLine { account { code } amounts { amount currency } }
  fragment tree on TrialBalance { tree(first: 100) { nodes { ...line } } }`;

type Amounts = readonly { readonly amount: string; readonly currency: string }[];
interface Chart {
  readonly nodes: readonly {
    readonly account: { readonly code: string };
    readonly amounts: Amounts;
  }[];
}
interface Compared {
  readonly lines: {
    readonly nodes: readonly {
      readonly account: { readonly code: string };
      readonly columns: readonly { readonly amounts: Amounts }[];
    }[];
  };
}

/** What a column has by account and currency, without zeros. */
const columnOf = ({ lines }: Compared, place: number) =>
  chartOf({
    nodes: lines.nodes.map(({ account, columns }) => ({
      account,
      amounts: columns[place]?.amounts ?? [],
    })),
  });
const chartOf = ({ nodes }: Chart): string[] =>
  nodes.flatMap(({ account, amounts }) =>
    amounts
      .filter(({ amount }) => Number(amount) !== 0)
      .map(({ amount, currency }) => `${account.code} ${amount} ${currency}`),
  );

test("days of a class stand side by side as each does by itself, and add up to no dimension", async () => {
  const fundId = (await playExample(graph, both, "fund-month.json")).get("fund") ?? "";
  const read =
    "query ($id: ID!) { fund(id: $id) { shareClasses { nodes { id } } valuations { nodes { navDate } } } }";
  const { shareClasses, valuations } = dataOf<{
    shareClasses: { nodes: { id: string }[] };
    valuations: { nodes: { navDate: string }[] };
  }>(await graph.run(both.maker, read, { id: fundId }), "fund");
  const days = valuations.nodes.map(({ navDate }) => navDate).sort();
  const variables = { early: days[0], late: LATE };
  for (const { id } of shareClasses.nodes) {
    const found = dataOf<
      Record<"trials" | "sheets", Compared> &
        Record<"early" | "late" | "lateSheet", { tree: Chart }>
    >(await graph.run(both.maker, COMPARED, { id, ...variables }), "shareClass");
    expect(columnOf(found.trials, 0)).toEqual(chartOf(found.early.tree));
    expect(columnOf(found.trials, 1)).toEqual(chartOf(found.late.tree));
    expect(columnOf(found.sheets, 1)).toEqual(chartOf(found.lateSheet.tree));
    expect(columnOf(found.trials, 0)).not.toEqual(columnOf(found.trials, 1));
    const divided = `query ($id: ID!) { shareClass(id: $id) {
      comparativeTrialBalance(days: ["${days[0]}", "${LATE}"]) { byDimension(dimension: "x") { dimension } } } }`;
    expect(codeOf(await graph.run(both.maker, divided, { id }))).toBe("INVALID_INPUT");
  }
});
