import { readFileSync } from "node:fs";
import type { RequestContext } from "@allfunds/platform/context";
import type { ExecutionResult } from "graphql";
import { expect } from "vitest";
import { codeOf, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { balancesOf } from "../trades/portfolio.fixture.ts";

type People = Readonly<Record<"maker" | "approver", RequestContext>>;

/** A request of an example: what it answers, or what refuses it; texts that begin with `$` are kept values. */
interface RequestStep {
  readonly step: string;
  readonly as: keyof People;
  readonly document: string;
  readonly variables: object;
  /** By name: the path of a value in the answer that later steps use. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly expect?: object;
  readonly refusal?: string;
}

/** Debits less credits of every account with a balance on a value date, by code. */
interface BalanceStep {
  readonly step: string;
  readonly as: keyof People;
  readonly asOf: string;
  readonly balances: Readonly<Record<string, string>>;
}

const FOLDER = new URL("../../../../../demo/", import.meta.url);

/** Plays an example of the folder `demo` request by request, and answers the values that it kept. */
export async function playExample(
  graph: LedgerGraph,
  people: People,
  file: string,
): Promise<ReadonlyMap<string, string>> {
  const { steps } = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as {
    readonly steps: readonly (RequestStep | BalanceStep)[];
  };
  const kept = new Map<string, string>();
  for (const one of steps) {
    if ("balances" in one) {
      const found = await balancesOf(graph, people[one.as], kept.get("fund") ?? "", one.asOf);
      expect([one.step, found]).toEqual([one.step, filled(one.balances, kept)]);
      continue;
    }
    const variables = filled(one.variables, kept);
    const answer = await graph.run(people[one.as], one.document, variables);
    expect([one.step, codeOf(answer)]).toEqual([one.step, one.refusal ?? "ok"]);
    keepFrom(answer, one, kept);
    const { step, expect: expected } = one;
    if (expected === undefined) continue;
    expect({ step, answer: plain(answer) }).toMatchObject({ step, answer: expected });
  }
  return kept;
}

/** Kept values in the place of their names, in members and their names alike. */
function filled<Value extends object>(value: Value, kept: ReadonlyMap<string, string>): Value {
  const text = JSON.stringify(value).replace(
    /\$([A-Za-z]\w*)/g,
    (name, key: string) => kept.get(key) ?? name,
  );
  return JSON.parse(text) as Value;
}

const plain = ({ data }: ExecutionResult): object => JSON.parse(JSON.stringify(data)) as object;

function keepFrom(answer: ExecutionResult, { keep }: RequestStep, kept: Map<string, string>): void {
  for (const [name, path] of Object.entries(keep ?? {})) {
    const found = path
      .split(".")
      .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], answer.data);
    kept.set(name, String(found));
  }
}
