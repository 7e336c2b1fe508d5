import { type Behaviour, startFlakyServer, type FlakyServer } from "@allfunds/platform/testing";
import { compose, openGateway, type OpenGateway, type OpenOptions } from "../service.fixture.ts";
import {
  SMALL_SUBGRAPHS,
  startSmallSubgraph,
  type SmallSubgraph,
} from "../small-subgraphs.fixture.ts";

/** The longest answer that the gateway of these tests reads. */
const MOST_BYTES = 4_000_000;
export const TRAFFIC = { probeEveryMs: 50, maxAnswerBytes: MOST_BYTES };

const json =
  (text: string): Behaviour =>
  (_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(text);

const GOOD_TEXT = '{"data":{"_entities":[{"metrics":{"value":1}}]}}';
export const GOOD = json(GOOD_TEXT);
/** The same, which may be kept for a minute. */
export const GOOD_TO_KEEP: Behaviour = (_request, response) =>
  response
    .writeHead(200, { "content-type": "application/json", "cache-control": "max-age=60, public" })
    .end(GOOD_TEXT);

const ENDLESS: Behaviour = (_request, response) => {
  const chunk = Buffer.alloc(1_000_000, " ");
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", write);
  write();
};
const HALF: Behaviour = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"data":');
  response.destroy();
};

/** What a subgraph may do wrong, and the code that its fields have then. */
export const FAULTS: readonly (readonly [what: string, behaviour: Behaviour, code: string])[] = [
  ["does not answer", () => undefined, "UPSTREAM_TIMEOUT"],
  ["resets connections", (request) => request.socket.destroy(), "UPSTREAM_UNAVAILABLE"],
  ["answers HTML", (_request, response) => response.end("<html>"), "UPSTREAM_UNAVAILABLE"],
  ["answers without end", ENDLESS, "UPSTREAM_INVALID"],
  [
    "answers with 8 MB",
    json(`{"data":{"_entities":[{"metrics":{"value":1,"more":"${"x".repeat(2 * MOST_BYTES)}"}}]}}`),
    "UPSTREAM_INVALID",
  ],
  ["answers by half", HALF, "UPSTREAM_UNAVAILABLE"],
  ["answers half a text", json('{"data":{"_ent'), "UPSTREAM_UNAVAILABLE"],
];

export interface FaultyMetrics extends OpenGateway {
  readonly ledger: SmallSubgraph;
  readonly metrics: FlakyServer;
}

/** A gateway whose metrics behave as a test likes, beside a sound ledger and sound analytics. */
export async function openFaultyMetrics(options: OpenOptions = {}): Promise<FaultyMetrics> {
  const [ledger, analytics] = [
    await startSmallSubgraph("ledger"),
    await startSmallSubgraph("analytics"),
  ];
  const metrics = await startFlakyServer(GOOD);
  const origins = { ledger: ledger.origin, metrics: metrics.url, analytics: analytics.origin };
  const gateway = await openGateway(compose(SMALL_SUBGRAPHS), origins, {
    traffic: TRAFFIC,
    ...options,
  });
  return {
    ...gateway,
    ledger,
    metrics,
    close: async () => {
      await gateway.close();
      await Promise.all([ledger, analytics, metrics].map((server) => server.close()));
    },
  };
}
