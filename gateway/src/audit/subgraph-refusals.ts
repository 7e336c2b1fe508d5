import type { ExecutionResult } from "graphql";

export interface SubgraphRefusal {
  /** Where in the answer, lists left out: `fund.accounts`. */
  readonly place: string;
  readonly code: string;
}

const MOST_PLACES = 20;

/**
 * What subgraphs have refused within an answer, each place once. Root fields of a mutation are left
 * out, whose outcome is told anyway.
 */
export function subgraphRefusals(
  { errors = [] }: ExecutionResult,
  isMutation: boolean,
): SubgraphRefusal[] {
  const found = new Map<string, SubgraphRefusal>();
  for (const { path = [], extensions } of errors) {
    if (typeof extensions["service"] !== "string" || (isMutation && path.length === 1)) continue;
    const place = path.filter((step) => typeof step === "string").join(".") || "(answer)";
    const code = String(extensions["code"]);
    found.set(`${place} ${code}`, { place, code });
    if (found.size === MOST_PLACES) break;
  }
  return [...found.values()];
}
