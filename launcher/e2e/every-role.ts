import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSchema } from "graphql";
import { createClient } from "graphql-ws";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  readAccessDocument,
  type AccessRow,
} from "../../identity/src/access/access-document.fixture.ts";
import type { SignedIn } from "./demo-people.ts";
import { leastOperation, type KnownIds, type LeastOperation } from "./least-operation.ts";
import type { GraphqlAnswer } from "./reachable-system.ts";
import type { RunningSystem } from "./running-system.ts";
import type { SmallBook } from "./small-book.ts";

const SUPERGRAPH = new URL("../../gateway/supergraph.graphql", import.meta.url);
/** Of the tokens of one user the first to end access ends the others, which are still to be tried. */
export const SLOW_REVOCATIONS = { OIDC_REVOCATIONS_EVERY_MS: "60000" };

/** Ends every token of its caller, so it comes last. */
const ENDS_ACCESS = "Mutation.endMySessions";
const REFUSALS = ["UNAUTHENTICATED", "FORBIDDEN", "STEP_UP_REQUIRED"];
/** A document that no one could send, or too many of them: nothing was tried. */
const FAULTS = [
  "GRAPHQL_VALIDATION_FAILED",
  "INTERNAL_ERROR",
  "OPERATION_LIMIT_EXCEEDED",
  "COST_LIMIT_EXCEEDED",
  "RATE_LIMITED",
];
/** Operations in one document. */
const AT_ONCE = 8;
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
    let rows: AccessRow[];
    // One for all people: the gateway plans a document once, however many send it.
    let operations: ReadonlyMap<string, LeastOperation>;
    beforeAll(async () => {
      const schema = buildSchema(await readFile(SUPERGRAPH, "utf8"), { assumeValid: true });
      rows = await readAccessDocument();
      const ids = await knownIds(system(), book());
      operations = new Map(
        rows.map(({ operation }) => [operation, leastOperation(schema, operation, ids)]),
      );
    });

    const operationsFor = (person: SignedIn, tried: readonly AccessRow[]): TriedOperation[] =>
      tried.map((row) => ({
        ...(operations.get(row.operation) as LeastOperation),
        name: row.operation,
        isExpected: expectation(row, person) === "allowed",
      }));

    it("is allowed what docs/access.md allows, and refused the rest with its code", async () => {
      const before = rows.filter(({ operation }) => operation !== ENDS_ACCESS);
      const last = rows.filter(({ operation }) => operation === ENDS_ACCESS);
      const ofEach = async (tried: readonly AccessRow[]) =>
        Promise.all(
          people().map((person) => tryEach(system(), person, operationsFor(person, tried))),
        );
      const [outcomes, ends] = [await ofEach(before), endedByOthers(people(), await ofEach(last))];
      const found = people().map(
        (person, nth) => [nameOf(person), { ...outcomes[nth], ...ends[nth] }] as const,
      );
      const expected = people().map(
        (person) =>
          [
            nameOf(person),
            Object.fromEntries(rows.map((row) => [row.operation, expectation(row, person)])),
          ] as const,
      );
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    });
  });
}

/** A token that was refused because another one of its user had ended all access, as it was allowed to. */
const endedByOthers = (
  people: readonly SignedIn[],
  outcomes: readonly Record<string, string>[],
): Record<string, string>[] =>
  outcomes.map((outcome, nth) => {
    const isEnded =
      outcome[ENDS_ACCESS] === "UNAUTHENTICATED" &&
      outcomes.some(
        (other, at) => people[at]?.role === people[nth]?.role && other[ENDS_ACCESS] === "allowed",
      );
    return isEnded ? { ...outcome, [ENDS_ACCESS]: "allowed" } : outcome;
  });

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

type Errors = NonNullable<GraphqlAnswer<unknown>["errors"]>;

interface TriedOperation extends LeastOperation {
  readonly name: string;
  readonly isExpected: boolean;
}

/** What one document tries. */
type TriedDocument = readonly TriedOperation[];

/** Reads that are allowed share documents. A refusal, or a mutation that fails, may hide what else one contains. */
function documentsOf(operations: readonly TriedOperation[]): TriedDocument[] {
  const isShared = ({ root, isExpected }: TriedOperation) => root === "query" && isExpected;
  return [
    ...chunksOf(operations.filter(isShared)),
    ...operations
      .filter((operation) => operation.root !== "subscription" && !isShared(operation))
      .map((operation) => [operation]),
  ];
}

const chunksOf = (operations: readonly TriedOperation[]): TriedDocument[] =>
  Array.from({ length: Math.ceil(operations.length / AT_ONCE) }, (_, nth) =>
    operations.slice(nth * AT_ONCE, (nth + 1) * AT_ONCE),
  );

const aliasOf = (nth: number): string => `tried${nth}`;

const textOf = (operations: TriedDocument): string =>
  `${operations[0]?.root} { ${operations.map(({ selection }, nth) => `${aliasOf(nth)}: ${selection}`).join(" ")} }`;

async function tryEach(
  system: RunningSystem,
  person: SignedIn,
  operations: readonly TriedOperation[],
): Promise<Record<string, string>> {
  const outcomes = await Promise.all([
    tryInTurn(system, person, documentsOf(operations)),
    ...operations
      .filter(({ root }) => root === "subscription")
      .map((operation) => trySubscription(system, person, operation)),
  ]);
  return Object.assign({}, ...outcomes) as Record<string, string>;
}

async function tryInTurn(
  system: RunningSystem,
  person: SignedIn,
  documents: readonly TriedDocument[],
): Promise<Record<string, string>> {
  const outcome: Record<string, string> = {};
  for (const operations of documents) {
    const errors = await errorsOf(system, person, textOf(operations));
    operations.forEach(({ name }, nth) => {
      outcome[name] = verdictOf(
        errors.filter(({ path }) => (path?.[0] ?? aliasOf(nth)) === aliasOf(nth)),
      );
    });
  }
  return outcome;
}

/** An operation that comes to another end than a refusal was allowed. */
const verdictOf = (errors: Errors): string =>
  errors.map(({ extensions }) => extensions.code).find((code) => REFUSALS.includes(code)) ??
  "allowed";

async function errorsOf(
  system: RunningSystem,
  { accessToken }: SignedIn,
  query: string,
): Promise<Errors> {
  const response = await fetch(system.url(4000, "/graphql"), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await response.json()) as GraphqlAnswer<unknown>;
  const fault = errors.find(({ extensions: { code } }) => FAULTS.includes(code));
  if (fault !== undefined) throw new Error(`${query}: ${fault.message}`);
  return errors;
}

async function trySubscription(
  system: RunningSystem,
  { accessToken }: SignedIn,
  operation: TriedOperation,
): Promise<Record<string, string>> {
  const query = textOf([operation]);
  const waitMs = operation.isExpected ? ALLOWED_MS : REFUSED_MS;
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
      .then(({ value }) => verdictOf((value as GraphqlAnswer<unknown> | undefined)?.errors ?? []))
      .catch((refusal: unknown) => verdictOf(refusal as Errors));
    const wait = sleep(waitMs, "allowed", { signal: done.signal });
    return { [operation.name]: await Promise.race([first, wait]) };
  } finally {
    done.abort();
    await client.dispose();
  }
}
