import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { openEchoGateway, type EchoGateway } from "../callers/echo-gateway.fixture.ts";
import { MemoryBuckets } from "../guard/budget/memory-buckets.ts";
import { eventually } from "../service.fixture.ts";

let gateway: EchoGateway;
let silentSocketClosed: Promise<unknown[]>;
beforeAll(async () => {
  gateway = await openEchoGateway({ config: { GATEWAY_SOCKETS_PER_CALLER: 3 } });
  // The limit of its connection_init passes while the other tests run.
  const silent = new WebSocket(gateway.url.replace("http", "ws"), "graphql-transport-ws");
  silentSocketClosed = once(silent, "close");
});
afterAll(async () => gateway.close());

const NEWS = "subscription { news { by what note } }";

const ticketFor = async (headers: Record<string, string>, at = gateway) => {
  const response = await fetch(at.url.replace("/graphql", "/ticket"), {
    method: "POST",
    headers,
  });
  const answer = (await response.json()) as { ticket: string; expiresAt: string };
  return { status: response.status, headers: response.headers, ...answer };
};

let listeners = 0;

/** Subscribes by a name of its own, so that no subscription is shared, and waits until the subgraph has it. */
async function listen(params: Record<string, unknown>, from = gateway) {
  const before = from.subgraph.subscriptions;
  const client = from.connect(params);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    client.on("closed", (event) => resolve(event as { code: number; reason: string })),
  );
  const answers: { data?: unknown; errors?: readonly { extensions?: unknown }[] }[] = [];
  let ended = false;
  client.subscribe(
    { query: NEWS.replace("subscription", `subscription Listener${(listeners += 1)}`) },
    {
      next: (answer) => void answers.push(answer as (typeof answers)[number]),
      error: () => (ended = true),
      complete: () => (ended = true),
    },
  );
  await eventually(() => from.subgraph.subscriptions).toBe(before + 1);
  return { client, closed, answers, hasEnded: () => ended };
}

describe("a socket", () => {
  it("sends its own token to the subgraph when it runs subscriptions and queries", async () => {
    const params = await gateway.issuer.headers({ subject: "ann" });
    const { client, answers } = await listen(params);
    gateway.subgraph.publish("first");
    await eventually(() => answers.length).toBe(1);
    expect(answers).toEqual([
      { data: { news: { by: params.authorization, what: "first", note: "noted" } } },
    ]);
    const { value } = await client.iterate({ query: "{ whoami }" }).next();
    expect(value.data).toEqual({ whoami: params.authorization });
    await client.dispose();
  });

  it("keeps its own token when an operation sends another's", async () => {
    const params = await gateway.issuer.headers({ subject: "ann" });
    const other = await gateway.issuer.headers({ subject: "bob" });
    const client = gateway.connect(params);
    const { value } = await client
      .iterate({ query: "{ whoami }", extensions: { headers: other } })
      .next();
    expect(value.data).toEqual({ whoami: params.authorization });
    await client.dispose();
  });

  it("receives events under its own token when subscribers share an upstream socket", async () => {
    const params = await Promise.all(
      ["ann", "bob"].map((subject) => gateway.issuer.headers({ subject })),
    );
    const listeners: Awaited<ReturnType<typeof listen>>[] = [];
    for (const one of params) listeners.push(await listen(one));
    gateway.subgraph.publish("to both");
    await eventually(() => listeners.every(({ answers }) => answers.length === 1)).toBe(true);
    expect(listeners.map(({ answers }) => answers[0]?.data)).toMatchObject(
      params.map(({ authorization }) => ({ news: { by: authorization } })),
    );
    for (const { client } of listeners) await client.dispose();
  });

  it.each([
    ["nothing", async () => undefined],
    ["no token", async () => ({ hello: "world" })],
    ["an invalid token", async () => ({ authorization: "Bearer nonsense" })],
    ["an expired token", async () => gateway.issuer.headers({ expiresIn: -60 })],
    ["a token of 64 kB", async () => ({ authorization: `Bearer ${"x".repeat(64 * 1024)}` })],
    ["an unknown ticket", async () => ({ ticket: "nonsense" })],
    ["a ticket of 5 kB", async () => ({ ticket: "x".repeat(5_000) })],
  ])("is closed with 4401 when its connection_init has %s", async (_name, params) => {
    expect(await gateway.closeOf(await params())).toEqual([4401, "Unauthorized"]);
  });

  it("is closed with 1013 when tokens cannot be verified", async () => {
    // Its readiness check would read the keys of an issuer that answers.
    const own = await openEchoGateway({}, { issuerIsDown: true });
    expect(await own.closeOf(await own.issuer.headers())).toEqual([1013, "Try again later"]);
    await own.close();
  });

  it("is refused when its caller has three open, and others are not", async () => {
    const params = await gateway.issuer.headers({ subject: "greedy" });
    const open: Awaited<ReturnType<typeof listen>>[] = [];
    for (let count = 0; count < 3; count += 1) open.push(await listen(params));
    expect(await gateway.closeOf(params)).toEqual([4429, "Too many sockets"]);
    const other = await listen(await gateway.issuer.headers({ subject: "modest" }));
    for (const { client } of [...open, other]) await client.dispose();
    await eventually(() => gateway.subgraph.subscriptions).toBe(0);
    const again = await listen(params);
    await again.client.dispose();
    await eventually(() => gateway.subgraph.subscriptions).toBe(0);
  });
});

describe("a ticket", () => {
  it("opens one socket for its owner when it is valid", async () => {
    const headers = await gateway.issuer.headers({ subject: "carl" });
    const { status, ticket, expiresAt, headers: answered } = await ticketFor(headers);
    expect(status).toBe(200);
    expect(answered.get("cache-control")).toBe("no-store");
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(30_000);
    const client = gateway.connect({ ticket });
    const { value } = await client.iterate({ query: "{ whoami }" }).next();
    expect(value.data).toEqual({ whoami: headers.authorization });
    expect(await gateway.closeOf({ ticket })).toEqual([4401, "Unauthorized"]);
    await client.dispose();
  });

  it("is not issued when the request has no token", async () => {
    expect((await ticketFor({})).status).toBe(401);
  });

  it("opens one socket when five present it at once", async () => {
    const { ticket } = await ticketFor(await gateway.issuer.headers({ subject: "dora" }));
    const clients = Array.from({ length: 5 }, () => gateway.connect({ ticket }));
    const outcomes = await Promise.allSettled(
      clients.map((client) => client.iterate({ query: "{ whoami }" }).next()),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
    for (const client of clients) await client.dispose();
  });

  it("is refused when its caller's budget is used up, and others receive theirs", async () => {
    const size = { capacity: 2_500, refillPerSecond: 1 };
    const all = { capacity: 1e6, refillPerSecond: 1 };
    const buckets = new MemoryBuckets(() => 0);
    const own = await openEchoGateway({
      budget: { buckets, client: size, tenant: all, address: all },
    });
    const greedy = await own.issuer.headers({ subject: "greedy" });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await ticketFor(greedy, own)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await ticketFor(greedy, own)).headers.get("retry-after")).toBe("500");
    const modest = await own.issuer.headers({ subject: "modest" });
    expect((await ticketFor(modest, own)).status).toBe(200);
    await own.close();
  });
});

describe("an open socket", () => {
  it("is closed with its upstream subscriptions when its token expires", async () => {
    // On a busy machine a token may expire before the socket is open; the next one lives longer.
    let seconds = 1;
    await vi.waitFor(
      async () => {
        seconds *= 2;
        const before = gateway.subgraph.received.length;
        const client = gateway.connect(await gateway.issuer.headers({ expiresIn: seconds }));
        const closed = new Promise((resolve) => client.on("closed", resolve));
        client.subscribe(
          { query: NEWS },
          { next: () => undefined, error: () => undefined, complete: () => undefined },
        );
        expect(await closed).toMatchObject({ code: 4401, reason: "token expired" });
        expect(gateway.subgraph.received.length).toBe(before + 1);
      },
      { timeout: 60_000 },
    );
    await eventually(() => gateway.subgraph.subscriptions).toBe(0);
  });

  it("ends a subscription with a code when a policy denies its next event", async () => {
    const { answers, hasEnded, client } = await listen(await gateway.issuer.headers());
    gateway.subgraph.publish("open");
    await eventually(() => answers.length).toBe(1);
    gateway.policies.open = false;
    gateway.subgraph.publish("closed");
    await eventually(hasEnded).toBe(true);
    gateway.policies.open = true;
    expect(answers[1]).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    expect(JSON.stringify(answers[1])).not.toContain("closed");
    await eventually(() => gateway.subgraph.subscriptions).toBe(0);
    await client.dispose();
  });

  it("ends a subscription with a code when a new supergraph denies its next event", async () => {
    const own = await openEchoGateway();
    const { answers, hasEnded, client } = await listen(await own.issuer.headers(), own);
    const before = await readFile(own.supergraphFile, "utf8");
    await writeFile(
      own.supergraphFile,
      before.replace("what: String", `what: String @requiresScopes(scopes: [["audit:read"]])`),
    );
    await eventually(() => {
      own.subgraph.publish("again");
      return hasEnded();
    }).toBe(true);
    expect(answers.at(-1)).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    await client.dispose();
    await own.close();
  });

  it("is closed with 4408 when it sends no connection_init", async () => {
    const [code] = await silentSocketClosed;
    expect(code).toBe(4408);
  });
});
