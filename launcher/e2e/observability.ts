import { readFile } from "node:fs/promises";
import type { CollectedSpan, TraceCollector } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually, type RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook } from "./small-book.ts";

/** A system that exports its traces to a collector. */
interface Observed {
  readonly system: RunningSystem;
  readonly collector: TraceCollector;
}

/** Tests that an operator sees what happens: traces over OTLP, and metrics. */
export function testObservability(started: () => Observed): void {
  it("traces a posting from REST to the event of its subscriber as one trace", async () => {
    const { system, collector } = started();
    const book = await openSmallBook(system, "Traced book");
    const authorization = await system.authorization();
    const client = createClient({
      url: system.url(4000, "/graphql").replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: authorization,
    });
    const events = client.iterate({
      query: `subscription { transactionPosted(fundId: "${book.fundId}") { id category { code } } }`,
    });
    const post = async (): Promise<{ readonly id: string; readonly traceId: string }> => {
      const response = await fetch(system.url(8000, "/api/v1/transactions"), {
        method: "POST",
        headers: { "content-type": "application/json", ...authorization },
        body: JSON.stringify(deposit(book, "1.00")),
      });
      expect(response.status).toBe(201);
      const { id } = (await response.json()) as { id: string };
      return { id, traceId: response.headers.get("x-trace-id") ?? "" };
    };
    // A subscription begins at "now", a moment that its client does not learn.
    const first = events.next();
    await eventually(60_000, async () => {
      await post();
      const late = new Promise((resolve) => setTimeout(resolve, 1_000, "late"));
      expect(await Promise.race([first, late])).not.toBe("late");
    });
    const { id, traceId } = await post();
    for await (const { data } of events)
      if ((data as Delivered | undefined)?.transactionPosted.id === id) break;
    await client.dispose();

    await eventually(60_000, async () => {
      const paths = pathsOf(collector.ofTrace(traceId));
      expect(paths).toEqual(
        expect.arrayContaining(STEPS.map((step) => expect.stringMatching(step))),
      );
    });
  });

  it("serves every metric that alerts and the dashboard read", async () => {
    const served = await servedMetrics(started().system);
    const read = await observedMetrics();
    expect(read.size).toBeGreaterThan(10);
    expect([...read].filter((name) => !served.has(name))).toEqual([]);
  });
}

interface Delivered {
  readonly transactionPosted: { readonly id: string };
}

const REQUEST =
  "rest-bridge POST /api/v1/transactions > rest-bridge gateway RestPostTransaction > gateway POST /graphql";
const COMMIT = `^${REQUEST} > gateway mutation RestPostTransaction > gateway fetch ledger > ledger POST /graphql > ledger mutation \\S+ > ledger execute commands > ledger commit batch`;

/** Steps of a posting's trace, each below those before it. */
const STEPS = [
  new RegExp(`${COMMIT} > ledger \\w+ \\w+$`),
  new RegExp(`${COMMIT} > metrics follow metrics > metrics \\w+`),
  new RegExp(`${COMMIT} > analytics follow analytics > analytics \\w+`),
  new RegExp(
    `${COMMIT} > gateway event ledger > gateway fetch analytics > analytics POST /graphql`,
  ),
];

/** Each span with those above it, as "service name > service name". */
function pathsOf(spans: readonly CollectedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.map((span) => {
    const path: string[] = [];
    for (let at: CollectedSpan | undefined = span; at !== undefined; at = byId.get(at.parentSpanId))
      path.unshift(`${at.service} ${at.name}`);
    return path.join(" > ");
  });
}

const EXPRESSIONS = ["alerts.yml", "dashboard.json"].map(
  (name) => new URL(`../../observability/${name}`, import.meta.url),
);

const NAME = /\b(?:gateway|ledger|feed|job|compute|database|process|nodejs|http)_\w+/g;

/** The metrics that alerts and the dashboard read, each by the name of its family. */
async function observedMetrics(): Promise<Set<string>> {
  const texts = await Promise.all(EXPRESSIONS.map((file) => readFile(file, "utf8")));
  const names = texts.flatMap((text) => text.match(NAME) ?? []);
  return new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, "")));
}

const PORTS = [4000, 4001, 4002, 4003, 4100, 8000];

/** The families that services describe at their /metrics. */
async function servedMetrics(system: RunningSystem): Promise<Set<string>> {
  const texts = await Promise.all(
    PORTS.map(async (port) => (await fetch(system.url(port, "/metrics"))).text()),
  );
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name)),
  );
}
