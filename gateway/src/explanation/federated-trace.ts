import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { google, Trace } from "@apollo/usage-reporting-protobuf";
import type { FetchObserver, FetchOutcome } from "./observed-fetch.ts";

type Part = Trace.QueryPlanNode;
type Path = readonly (string | number)[];

/** One request to a subgraph; times in milliseconds since 1970. */
interface SentFetch {
  readonly sentTime: number;
  readonly sentTimeOffset: number;
  readonly receivedTime: number;
  readonly ftv1: string | undefined;
}

/**
 * Traces one run of a plan for `extensions.ftv1`: Apollo's format, protobuf in base64, with the plan's parts and, in
 * each fetch, the subgraph's own trace of its fields.
 */
export class FederatedTrace implements FetchObserver {
  readonly #startedAt = performance.now();
  readonly #startTime = Date.now();
  readonly #fetches = new Map<FetchNode, SentFetch>();

  fetching(fetch: FetchNode): (outcome: FetchOutcome) => void {
    const sentTime = Date.now();
    const sentTimeOffset = this.#elapsed();
    return ({ ftv1 }) => {
      this.#fetches.set(fetch, { sentTime, sentTimeOffset, receivedTime: Date.now(), ftv1 });
    };
  }

  extension({ node }: QueryPlan): string {
    const isPlanned = node !== undefined && node.kind !== "Subscription";
    const trace = new Trace({
      startTime: timestamp(this.#startTime),
      endTime: timestamp(Date.now()),
      durationNs: this.#elapsed(),
      fieldExecutionWeight: 1,
      ...(isPlanned ? { queryPlan: this.#part(node) } : {}),
    });
    return Buffer.from(Trace.encode(trace).finish()).toString("base64");
  }

  #part(node: PlanNode): Part {
    const of = Trace.QueryPlanNode;
    switch (node.kind) {
      case "Sequence":
        return new of({ sequence: new of.SequenceNode({ nodes: this.#parts(node.nodes) }) });
      case "Parallel":
        return new of({ parallel: new of.ParallelNode({ nodes: this.#parts(node.nodes) }) });
      case "Flatten": {
        const responsePath = stepsOf(node.path);
        return new of({
          flatten: new of.FlattenNode({ responsePath, node: this.#part(node.node) }),
        });
      }
      case "Fetch":
        return new of({ fetch: this.#fetch(node) });
      case "Condition":
        return new of({
          condition: new of.ConditionNode({
            condition: node.condition,
            ...(node.ifClause && { ifClause: this.#part(node.ifClause) }),
            ...(node.elseClause && { elseClause: this.#part(node.elseClause) }),
          }),
        });
      case "Defer":
        return new of({
          defer: new of.DeferNode({
            primary: new of.DeferNodePrimary({
              ...(node.primary.node && { node: this.#part(node.primary.node) }),
            }),
            deferred: node.deferred.map(
              ({ label, queryPath, node: inner }) =>
                new of.DeferredNode({
                  ...(label === undefined ? {} : { label }),
                  path: stepsOf(queryPath),
                  ...(inner && { node: this.#part(inner) }),
                }),
            ),
          }),
        });
    }
  }

  #parts(nodes: readonly PlanNode[]): Part[] {
    return nodes.map((node) => this.#part(node));
  }

  #fetch(fetch: FetchNode): Trace.QueryPlanNode.FetchNode {
    const { serviceName } = fetch;
    const sent = this.#fetches.get(fetch);
    // Nothing was to be fetched, or the run ended before.
    if (sent === undefined) return new Trace.QueryPlanNode.FetchNode({ serviceName });
    const trace = sent.ftv1 === undefined ? undefined : decoded(sent.ftv1);
    return new Trace.QueryPlanNode.FetchNode({
      serviceName,
      traceParsingFailed: sent.ftv1 !== undefined && trace === undefined,
      ...(trace === undefined ? {} : { trace }),
      sentTimeOffset: sent.sentTimeOffset,
      sentTime: timestamp(sent.sentTime),
      receivedTime: timestamp(sent.receivedTime),
    });
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#startedAt) * 1e6);
  }
}

/** Subgraphs of others may send anything. */
function decoded(ftv1: string): Trace | undefined {
  try {
    return Trace.decode(Buffer.from(ftv1, "base64"));
  } catch {
    return undefined;
  }
}

const stepsOf = (path: Path): Trace.QueryPlanNode.ResponsePathElement[] =>
  path.map(
    (step) =>
      new Trace.QueryPlanNode.ResponsePathElement(
        typeof step === "number" ? { index: step } : { fieldName: step },
      ),
  );

const timestamp = (ms: number): google.protobuf.Timestamp =>
  new google.protobuf.Timestamp({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
