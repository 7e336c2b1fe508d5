import { Agent, request } from "node:http";
import { BookFixture } from "../src/feed/book.fixture.ts";
import type { PostedEvent } from "../src/feed/book.fixture.ts";
import { startLiveService, type LiveService } from "./live-service.ts";
import { percentile, text, type Table } from "@allfunds/platform/bench";

const EVENTS_PER_SECOND = 1_000;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const TICK_MS = 10;

/**
 * What a subscriber to categories costs. The gateway requests the categories of events that arrive in one turn of
 * its event loop together, and of others one by one.
 */
export async function measureLive(): Promise<Table[]> {
  const analytics = await startLiveService();
  try {
    await run(analytics, WARM_UP_SECONDS, "TOGETHER");
    const without = await run(analytics, SECONDS, "NONE");
    const together = await run(analytics, SECONDS, "TOGETHER");
    const single = await run(analytics, SECONDS, "SINGLE");
    return [
      {
        title: `Live categories at ${EVENTS_PER_SECOND} events a second over ${SECONDS} s`,
        columns: ["", "CPU ms per event", "p50, ms", "p99, ms", "late, %"],
        rows: [
          ["the feed alone", text(without.cpuMsPerEvent, 3), "-", "-", "-"],
          subscribedRow("with a subscriber", together),
          subscribedRow("with a subscriber, each event by itself", single),
        ],
      },
    ];
  } finally {
    await analytics.stop();
  }
}

const subscribedRow = (name: string, { cpuMsPerEvent, latencies, late }: Measured): string[] => [
  name,
  text(cpuMsPerEvent, 3),
  text(percentile(latencies, 0.5), 1),
  text(percentile(latencies, 0.99), 1),
  text((100 * late) / latencies.length, 1),
];

/** Which events a request of the subscriber has; NONE without a subscriber. */
type Requests = "NONE" | "TOGETHER" | "SINGLE";

interface Measured {
  readonly cpuMsPerEvent: number;
  /** From the commit of an event to its category or its refusal, in milliseconds. */
  readonly latencies: readonly number[];
  /** Events whose category did not come within the wait of a read. */
  readonly late: number;
}

async function run(
  { origin, ledger, applied, cpuMs }: LiveService,
  seconds: number,
  requests: Requests,
): Promise<Measured> {
  const book = new BookFixture();
  ledger.publish(book.opening);
  await applied(book);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  let late = 0;
  const asked: Promise<void>[] = [];
  const before = await cpuMs();
  const startedAt = performance.now();
  const total = seconds * EVENTS_PER_SECOND;
  for (let posted = 0; posted < total;) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * EVENTS_PER_SECOND);
    const events: PostedEvent[] = [];
    for (; posted < Math.min(due, total); posted += 1) events.push(postOne(book, posted));
    if (events.length > 0) ledger.publish(events);
    const at = performance.now();
    for (const group of groupsOf(events, requests)) {
      const answered = (found: number): void => {
        const taken = performance.now() - at;
        latencies.push(...group.map(() => taken));
        late += group.length - found;
      };
      asked.push(askFor(origin, agent, group).then(answered));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(asked);
  await applied(book);
  const used = (await cpuMs()) - before;
  agent.destroy();
  return { cpuMsPerEvent: used / total, latencies, late };
}

function groupsOf(events: readonly PostedEvent[], requests: Requests): (readonly PostedEvent[])[] {
  if (requests === "NONE" || events.length === 0) return [];
  return requests === "TOGETHER" ? [events] : events.map((event) => [event]);
}

const postOne = (book: BookFixture, index: number): PostedEvent =>
  book.post({
    amount: `-${10 + (index % 900)}.00`,
    description: `MANAGEMENT FEE ${index}`,
    counterparty: `Manager ${index % 40}`,
  });

const QUERY = `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on Transaction { category { code name confidence source model evidence needsReview } } } }`;

/** As the gateway requests events of a subscription; resolves with how many had their category. */
async function askFor(
  origin: string,
  agent: Agent,
  events: readonly PostedEvent[],
): Promise<number> {
  const of = events.map(({ position, payload: { transactionId: id, fundId } }) => {
    const fund = { __typename: "Fund", id: fundId };
    return { __typename: "Transaction", id, position, fund };
  });
  const answer = await post(origin, agent, JSON.stringify({ query: QUERY, variables: { of } }));
  return answer.split('"MANAGEMENT_FEE"').length - 1;
}

function post(origin: string, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(`${origin}/graphql`, { method: "POST", agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve(Buffer.concat(parts).toString()));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
