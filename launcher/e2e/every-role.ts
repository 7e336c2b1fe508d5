import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSchema, type GraphQLSchema } from "graphql";
import { createClient } from "graphql-ws";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  readAccessDocument,
  type AccessRow,
} from "../../identity/src/access/access-document.fixture.ts";
import type { SignedIn } from "./demo-people.ts";
import { leastOperation, type KnownIds } from "./least-operation.ts";
import type { GraphqlAnswer, RunningSystem } from "./running-system.ts";
import type { SmallBook } from "./small-book.ts";

const SUPERGRAPH = new URL("../../gateway/supergraph.graphql", import.meta.url);
/** Of the tokens of one user the first to end access ends the others, which are still to be tried. */
export const SLOW_REVOCATIONS = { OIDC_REVOCATIONS_EVERY_MS: "60000" };

/** Ends every token of its caller, so it comes last. */
const ENDS_ACCESS = "Mutation.endMySessions";
const REFUSALS = ["UNAUTHENTICATED", "FORBIDDEN", "STEP_UP_REQUIRED"];
/** How long a subscription may still be refused: where that is not expected, a moment. */
const ALLOWED_MS = 700;
const REFUSED_MS = 30_000;

/** Tests every operation as every role against docs/access.md. */
export function testEveryRole(
  system: () => RunningSystem,
  people: () => readonly SignedIn[],
  book: () => SmallBook,
): void {
  describe("every role with every operation of the graph", () => {
    let schema: GraphQLSchema;
    let rows: AccessRow[];
    let ids: KnownIds;
    beforeAll(async () => {
      schema = buildSchema(await readFile(SUPERGRAPH, "utf8"), { assumeValid: true });
      rows = await readAccessDocument();
      ids = await knownIds(system(), book());
    });

    it("is allowed what docs/access.md allows, and refused the rest with its code", async () => {
      const outcomes = await Promise.all(
        people().map(async (person) => {
          const outcome: Record<string, string> = {};
          const subscriptions: Promise<void>[] = [];
          for (const row of rows) {
            const { operation } = row;
            if (operation === ENDS_ACCESS) continue;
            const document = leastOperation(schema, operation, ids);
            if (operation.startsWith("Subscription.")) {
              const waitMs = expectation(row, person) === "allowed" ? ALLOWED_MS : REFUSED_MS;
              subscriptions.push(
                trySubscription(system(), person, document, waitMs).then((code) => {
                  outcome[operation] = code;
                }),
              );
            } else outcome[operation] = await tryOperation(system(), person, document);
          }
          await Promise.all(subscriptions);
          return [nameOf(person), outcome] as const;
        }),
      );
      await Promise.all(
        people().map(async (person, nth) => {
          const document = leastOperation(schema, ENDS_ACCESS, ids);
          const outcome = outcomes[nth]?.[1] ?? {};
          outcome[ENDS_ACCESS] = await tryOperation(system(), person, document);
        }),
      );
      const expected = people().map(
        (person) =>
          [
            nameOf(person),
            Object.fromEntries(rows.map((row) => [row.operation, expectation(row, person)])),
          ] as const,
      );
      expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected));
    });
  });
}

const nameOf = ({ role, acr }: SignedIn): string => `${role}, ${acr}`;

function expectation({ cells }: AccessRow, { role, acr }: SignedIn): string {
  const cell = cells[role as keyof typeof cells];
  if (cell === "yes" || (cell === "mfa" && acr === "mfa")) return "allowed";
  return cell === "mfa" ? "STEP_UP_REQUIRED" : "FORBIDDEN";
}

/** Of a small book: what is allowed is also done, and takes its time with many transactions. */
async function knownIds(system: RunningSystem, { fundId, cashId }: SmallBook): Promise<KnownIds> {
  const { fund } = await system.ask<{ fund: { transactions: { nodes: { id: string }[] } } }>(
    `query ($id: ID!) { fund(id: $id) { transactions(first: 1) { nodes { id } } } }`,
    { id: fundId },
  );
  return {
    Fund: fundId,
    Account: cashId,
    Transaction: fund.transactions.nodes[0]?.id ?? "",
  };
}

/** An operation that comes to another end than a refusal was allowed. */
function verdictOf({ errors = [] }: Pick<GraphqlAnswer<unknown>, "errors">): string {
  return (
    errors.map(({ extensions }) => extensions.code).find((code) => REFUSALS.includes(code)) ??
    "allowed"
  );
}

async function tryOperation(
  system: RunningSystem,
  { accessToken }: SignedIn,
  query: string,
): Promise<string> {
  const response = await fetch(system.url(4000, "/graphql"), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as GraphqlAnswer<unknown>;
  const unknown = answer.errors?.find(
    ({ extensions: { code } }) => code === "GRAPHQL_VALIDATION_FAILED" || code === "INTERNAL_ERROR",
  );
  if (unknown !== undefined) throw new Error(`${query}: ${unknown.message}`);
  return verdictOf(answer);
}

async function trySubscription(
  system: RunningSystem,
  { accessToken }: SignedIn,
  query: string,
  waitMs: number,
): Promise<string> {
  const client = createClient({
    url: system.url(4000, "/graphql").replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${accessToken}` },
  });
  const done = new AbortController();
  try {
    const first = client
      .iterate({ query })
      .next()
      .then(({ value }) => verdictOf((value ?? {}) as GraphqlAnswer<unknown>))
      .catch((refusal: unknown) => verdictOf({ errors: refusal as never }));
    return await Promise.race([first, sleep(waitMs, "allowed", { signal: done.signal })]);
  } finally {
    done.abort();
    await client.dispose();
  }
}
