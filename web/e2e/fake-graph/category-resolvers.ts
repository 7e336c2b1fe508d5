import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Transaction } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { transactionValue } from "./ledger-resolvers.ts";
import { fundOf, transactionOf, type GraphState } from "./state.ts";

/** What a person chose for a transaction, and by which change. */
interface Chosen {
  readonly code: string;
  readonly changeId: string;
}

const CODES = ["other", "custody", "fee", "travel"] as const;
const nameOf = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1);

/** The categories of transactions, which people correct. */
export function createCategories(state: GraphState) {
  /** The choices for each transaction, newest first. */
  const chosen = new Map<string, Chosen[]>();
  let changes = 0;

  function categoryOf({
    id,
    description,
  }: Transaction): Graph.FakeValue<Graph.TransactionCategory> {
    const choice = chosen.get(id)?.[0];
    const word = /subscription|redemption|fee|dividend|custody|purchase/i.exec(description)?.[0];
    const code = choice?.code ?? word?.toLowerCase() ?? "other";
    return {
      code,
      name: nameOf(code),
      confidence: choice ? 1 : word ? 0.93 : 0.41,
      source: choice ? "PERSON" : "MODEL",
      model: "fake",
      evidence: word ? [word.toLowerCase()] : [],
      needsReview: !word && !choice,
      locked: choice !== undefined,
      changeId: choice?.changeId ?? null,
    };
  }

  /** The same description is the same payee here. */
  function change(transactions: readonly Transaction[], codeOf: (of: Transaction) => string) {
    changes += 1;
    const changeId = `change-${changes}`;
    for (const each of transactions) {
      const before = chosen.get(each.id) ?? [];
      chosen.set(each.id, [{ code: codeOf(each), changeId }, ...before]);
    }
    return { id: changeId, changed: transactions.length };
  }

  const resolvers: Graph.Resolvers<Caller> = {
    Query: {
      categories: () => CODES.map((code) => ({ code, name: nameOf(code) })),
      transaction: (_, { id }) => transactionValue(transactionOf(state, id)),
    },
    Fund: {
      transactionsByCategory: ({ id }, { filter, ...page }) =>
        pageOf(
          fundOf(state, id)
            .transactions.filter(
              (each) =>
                (filter?.needsReview == null || categoryOf(each).needsReview) &&
                (filter?.category == null || categoryOf(each).code === filter.category) &&
                (filter?.from == null || each.effectiveDate >= filter.from) &&
                (filter?.to == null || each.effectiveDate <= filter.to),
            )
            .toReversed(),
          page,
          transactionValue,
        ),
    },
    Mutation: {
      setCategory: (_, { input: { transactionId, category, scope } }, { scopes }) => {
        requireWrite(scopes);
        const one = transactionOf(state, transactionId);
        const all = one.fund.transactions.filter(
          ({ description }) => description === one.description,
        );
        return change(scope === "PAYEE" ? all : [one], () => category);
      },
      acceptCategory: (_, { input: { transactionId } }, { scopes }) => {
        requireWrite(scopes);
        return change([transactionOf(state, transactionId)], (each) => categoryOf(each).code ?? "");
      },
      undoCategoryChange: (_, { input: { changeId } }, { scopes }) => {
        requireWrite(scopes);
        const made = [...chosen].filter(([, all]) =>
          all.some((each) => each.changeId === changeId),
        );
        for (const [id, all] of made) {
          chosen.set(
            id,
            all.filter((each) => each.changeId !== changeId),
          );
        }
        return { id: `${changeId}-undone`, changed: made.length };
      },
    },
  };
  return { resolvers, categoryOf, change, nameOf };
}

function requireWrite(scopes: readonly string[]): void {
  if (!scopes.includes("analytics:write")) throw codedError("FORBIDDEN", "This is not allowed.");
}
