import { createHash } from "node:crypto";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { type ExecutionResult, OperationTypeNode, print } from "graphql";
import { Counter, type Registry } from "prom-client";
import { AnswerLife } from "../answer-cache/answer-life.ts";
import { type AnswerStore, outcomeOf, type StoredAnswer } from "../answer-cache/answer-store.ts";
import type { FollowedBooks } from "../answer-cache/followed-books.ts";
import { LruCache } from "../cache/lru-cache.ts";
import type { PlannedOperation } from "../planning/plan-operation.ts";
import type { CallContext } from "../subgraphs/subgraph-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import { extensionsOf, type PlanRun } from "./run-plan.ts";

type RunPlan = (run: PlanRun) => Promise<ExecutionResult>;
type Scope = "PUBLIC" | "PRIVATE";

/** A query with the place of its answer. */
interface Entry {
  readonly text: string;
  readonly scope: Scope;
  readonly key: string;
  /** The tenant's epoch before the answer is read. */
  readonly epoch: string;
}

/** Queries of which it is remembered that their answers may be kept. */
const MAX_HINTED = 10_000;

/**
 * Whole answers to queries that may be shown for a while because each of their parts may: by graph, operation,
 * variables and the caller, or the tenant. As with the answers of subgraphs, none is shown once one of its books
 * has moved on, nor after a mutation of the tenant outside the books.
 */
export class WholeAnswers {
  readonly #store: AnswerStore;
  readonly #books: FollowedBooks;
  readonly #hinted = new LruCache<string, Scope>(MAX_HINTED);
  readonly #refreshing = new Set<string>();
  readonly #lookups: Counter<"result">;

  constructor(store: AnswerStore, books: FollowedBooks, registry: Registry) {
    this.#store = store;
    this.#books = books;
    this.#lookups = new Counter({
      name: "gateway_whole_answer_lookups_total",
      help: "Look-ups of whole answers to queries: hit, stale (shown and read again), miss, behind (the caller has seen a later position), moved (a book has moved on)",
      labelNames: ["result"],
      registers: [registry],
    });
  }

  /** Answers a query with what is kept, else by a run of its plan. */
  async answer(run: PlanRun, runPlan: RunPlan): Promise<ExecutionResult> {
    const { identity, positions, seen } = run.call;
    if (identity === undefined || !mayBeKept(run)) return runPlan(run);
    const text = textOf(run);
    const scope = this.#hinted.get(text);
    if (scope === undefined) return this.#learn(text, run, runPlan);
    const key = keyOf(text, scope, identity);
    const stored = await this.#store.read(identity.tenantId, [key]);
    if (stored === undefined) return runPlan(run);
    const [kept] = stored.answers;
    const outcome = outcomeOf(kept, {
      epoch: stored.epoch,
      required: positions,
      isCurrent: (answer: StoredAnswer) => this.#books.isCurrent(identity.tenantId, answer),
    });
    this.#lookups.inc({ result: outcome });
    const entry = { text, scope, key, epoch: stored.epoch };
    if (kept === undefined || (outcome !== "hit" && outcome !== "stale"))
      return this.#read(entry, run, runPlan);
    for (const [book, position] of kept.positions) seen?.note(book, position);
    if (outcome === "stale") this.#refresh(entry, run, runPlan);
    return answerWith(kept.json, run);
  }

  /** Notes whether the answers to a query may be kept, from the next one on. */
  async #learn(text: string, run: PlanRun, runPlan: RunPlan): Promise<ExecutionResult> {
    const life = new AnswerLife(false);
    const result = await runPlan(withCall(run, { ...run.call, life }));
    const { whole } = life;
    if (whole !== undefined && result.errors === undefined) this.#hinted.set(text, whole.scope);
    return result;
  }

  /** Runs the plan, and keeps the answer. */
  async #read(
    { text, scope, key, epoch }: Entry,
    run: PlanRun,
    runPlan: RunPlan,
  ): Promise<ExecutionResult> {
    const life = new AnswerLife(true);
    const result = await runPlan(withCall(run, { ...run.call, life }));
    if (result.errors !== undefined || !result.data) return result;
    const { whole } = life;
    if (whole?.scope !== scope) {
      this.#hinted.delete(text);
      return result;
    }
    const { scope: _, ...lasting } = whole;
    const answer = { json: JSON.stringify(result.data), ...lasting, epoch };
    await this.#store.write(new Map([[key, answer]]));
    return result;
  }

  /** Reads a stale answer again while it is shown, at most once at a time. */
  #refresh(entry: Entry, run: PlanRun, runPlan: RunPlan): void {
    if (this.#refreshing.has(entry.key)) return;
    this.#refreshing.add(entry.key);
    const { traceId, headers } = run.call;
    const now = performance.now();
    // The client does not wait for it, has paid already, and may have gone.
    const call = { traceId, headers, signal: undefined, arrivedAt: now, notBefore: now };
    this.#read(entry, withCall(unpriced(run), call), runPlan)
      .catch(() => undefined)
      .finally(() => this.#refreshing.delete(entry.key));
  }
}

/** Not what differs by more than the caller's identity: withheld fields, explanations, traces, the schema of a variant. */
function mayBeKept({ graph, operation, found }: PlanRun): boolean {
  return (
    operation.operation.operation === OperationTypeNode.QUERY &&
    found.withheldFields === undefined &&
    found.withheld.size === 0 &&
    found.explanation === undefined &&
    found.trace === undefined &&
    !describe(graph, operation).readsSchema
  );
}

const INTROSPECTION = /\b__(schema|type)\b/;

const withCall = (run: PlanRun, call: CallContext): PlanRun => ({ ...run, call });

function unpriced(run: PlanRun): PlanRun {
  const { cost: _cost, spending: _spending, ...found } = run.found;
  return { ...run, found };
}

function answerWith(json: string, { found, operation }: PlanRun): ExecutionResult {
  const data = parseExactJson(json) as Record<string, unknown>;
  const extensions = extensionsOf(data, found, operation.plan);
  return { data, ...(Object.keys(extensions).length === 0 ? {} : { extensions }) };
}

interface Description {
  readonly digest: string;
  readonly readsSchema: boolean;
}

// Texts of graphs and documents are long, and each request needs their digest.
const graphs = new WeakMap<Graph, string>();
const descriptions = new WeakMap<PlannedOperation, Description>();

function describe(graph: Graph, operation: PlannedOperation): Description {
  const cached = descriptions.get(operation);
  if (cached !== undefined) return cached;
  const ofGraph = graphs.get(graph) ?? digestOf([graph.sdl]);
  graphs.set(graph, ofGraph);
  const text = print(operation.document);
  const described = {
    digest: digestOf([ofGraph, text, operation.operation.name?.value]),
    readsSchema: INTROSPECTION.test(text),
  };
  descriptions.set(operation, described);
  return described;
}

/** Equal for equal queries of one graph. */
const textOf = ({ graph, operation, variables }: PlanRun): string =>
  digestOf([describe(graph, operation).digest, variables]);

const keyOf = (text: string, scope: Scope, identity: NonNullable<CallContext["identity"]>) =>
  digestOf(["whole", scope === "PUBLIC" ? identity.tenantId : identity.key(), text]);

const digestOf = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
