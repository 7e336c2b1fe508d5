import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { readFile, writeFile } from "node:fs/promises";
import { MemoryBuckets } from "../guard/budget/memory-buckets.ts";
import { startEchoGateway, type EchoGateway } from "../callers/echo-gateway.fixture.ts";

let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway({ mostSockets: 3 });
});
afterAll(async () => gateway.close());

/** Patient: the machine may be busy with other tests. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const TOLD = "subscription { told { by what note } }";

const ticketFor = async (headers: Record<string, string>, at = gateway) => {
  const response = await fetch(at.url.replace("/graphql", "/ticket"), {
    method: "POST",
    headers,
  });
  const answer = (await response.json()) as { ticket: string; expiresAt: string };
  return { status: response.status, headers: response.headers, ...answer };
};

/** Subscribes, and waits until the subgraph has the subscription. */
async function listen(params: Record<string, unknown>, from = gateway) {
  const before = from.subgraph.subscriptions;
  const client = from.connect(params);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    client.on("closed", (event) => resolve(event as { code: number; reason: string })),
  );
  const answers: { data?: unknown; errors?: readonly { extensions?: unknown }[] }[] = [];
  let ended = false;
  client.subscribe(
    { query: TOLD },
    {
      next: (answer) => void answers.push(answer as (typeof answers)[number]),
      error: () => (ended = true),
      complete: () => (ended = true),
    },
  );
  await soon(() => from.subgraph.subscriptions).toBe(before + 1);
  return { client, closed, answers, hasEnded: () => ended };
}

describe("a socket", () => {
  it("carries its own token to the subgraph, in subscriptions and other operations", async () => {
    const params = await gateway.issuer.headers({ subject: "ann" });
    const { client, answers } = await listen(params);
    gateway.subgraph.tell("news");
    await soon(() => answers.length).toBe(1);
    expect(answers).toEqual([
      { data: { told: { by: params.authorization, what: "news", note: "noted" } } },
    ]);
    const { value } = await client.iterate({ query: "{ whoami }" }).next();
    expect(value.data).toEqual({ whoami: params.authorization });
    await client.dispose();
  });

  it("does not let an operation bring another's name", async () => {
    const params = await gateway.issuer.headers({ subject: "ann" });
    const other = await gateway.issuer.headers({ subject: "bob" });
    const client = gateway.connect(params);
    const { value } = await client
      .iterate({ query: "{ whoami }", extensions: { headers: other } })
      .next();
    expect(value.data).toEqual({ whoami: params.authorization });
    await client.dispose();
  });

  it("delivers to each subscriber under its own token, though they share a socket upstream", async () => {
    const params = await Promise.all(
      ["ann", "bob"].map((subject) => gateway.issuer.headers({ subject })),
    );
    const listeners: Awaited<ReturnType<typeof listen>>[] = [];
    for (const one of params) listeners.push(await listen(one));
    gateway.subgraph.tell("to both");
    await soon(() => listeners.every(({ answers }) => answers.length === 1)).toBe(true);
    expect(listeners.map(({ answers }) => answers[0]?.data)).toMatchObject(
      params.map(({ authorization }) => ({ told: { by: authorization } })),
    );
    for (const { client } of listeners) await client.dispose();
  });

  it.each([
    ["nothing", async () => undefined],
    ["no token", async () => ({ hello: "world" })],
    ["a bad token", async () => ({ authorization: "Bearer nonsense" })],
    ["a token that has ended", async () => gateway.issuer.headers({ expiresIn: -60 })],
    ["a token of 64 kB", async () => ({ authorization: `Bearer ${"x".repeat(64 * 1024)}` })],
    ["a ticket nobody made", async () => ({ ticket: "nonsense" })],
    ["something that is no ticket", async () => ({ ticket: "x".repeat(5_000) })],
  ])("is closed when it introduces itself with %s", async (_name, params) => {
    expect(await gateway.closeOf(await params())).toEqual([4401, "Unauthorized"]);
  });

  it("is told to come again while nobody can judge its token", async () => {
    const own = await startEchoGateway();
    own.issuer.goDown();
    expect(await own.closeOf(await own.issuer.headers())).toEqual([1013, "Try again later"]);
    await own.close();
  });

  it("is closed when it does not introduce itself", async () => {
    const raw = new WebSocket(gateway.url.replace("http", "ws"), "graphql-transport-ws");
    const [code] = (await once(raw, "close")) as [number];
    expect(code).toBe(4408);
  });

  it("is one of a few for each caller, and others are not affected", async () => {
    const params = await gateway.issuer.headers({ subject: "greedy" });
    const open: Awaited<ReturnType<typeof listen>>[] = [];
    for (let count = 0; count < 3; count += 1) open.push(await listen(params));
    expect(await gateway.closeOf(params)).toEqual([4429, "Too many sockets"]);
    const other = await listen(await gateway.issuer.headers({ subject: "modest" }));
    for (const { client } of [...open, other]) await client.dispose();
    await soon(() => gateway.subgraph.subscriptions).toBe(0);
    const again = await listen(params);
    await again.client.dispose();
  });
});

describe("a ticket", () => {
  it("opens a socket in its owner's name, once", async () => {
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

  it("is given to nobody without a token", async () => {
    expect((await ticketFor({})).status).toBe(401);
  });

  it("is no good a second time even when both come at once", async () => {
    const { ticket } = await ticketFor(await gateway.issuer.headers({ subject: "dora" }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, async () => {
        const client = gateway.connect({ ticket });
        return client.iterate({ query: "{ whoami }" }).next();
      }),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
  });
});

it("gives a caller no more tickets than its budget has points for, and others theirs", async () => {
  const size = { capacity: 2_500, refillPerSecond: 1 };
  const all = { capacity: 1e6, refillPerSecond: 1 };
  const budget = { buckets: new MemoryBuckets(), client: size, tenant: all, address: all };
  const own = await startEchoGateway({ budget });
  const greedy = await own.issuer.headers({ subject: "greedy" });
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await ticketFor(greedy, own)).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await ticketFor(greedy, own)).headers.get("retry-after")).toBe("500");
  expect((await ticketFor(await own.issuer.headers({ subject: "modest" }), own)).status).toBe(200);
  await own.close();
});

describe("while a socket is open", () => {
  it("its token's end closes it, and ends its subscriptions upstream", async () => {
    const { closed, answers } = await listen(await gateway.issuer.headers({ expiresIn: 2 }));
    gateway.subgraph.tell("in time");
    await soon(() => answers.length).toBe(1);
    const begun = Date.now();
    expect(await closed).toMatchObject({ code: 4401, reason: "token expired" });
    expect(Date.now() - begun).toBeLessThan(5_000);
    await soon(() => gateway.subgraph.subscriptions).toBe(0);
  });

  it("its rules are asked again for each event, and what they close ends with a code", async () => {
    const { answers, hasEnded, client } = await listen(await gateway.issuer.headers());
    gateway.subgraph.tell("open");
    await soon(() => answers.length).toBe(1);
    gateway.policies.open = false;
    gateway.subgraph.tell("closed");
    await soon(hasEnded).toBe(true);
    gateway.policies.open = true;
    expect(answers[1]).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    expect(JSON.stringify(answers[1])).not.toContain("closed");
    await soon(() => gateway.subgraph.subscriptions).toBe(0);
    await client.dispose();
  });

  it("rules of a new supergraph count for the next event", async () => {
    const own = await startEchoGateway();
    const { answers, hasEnded, client } = await listen(await own.issuer.headers(), own);
    const before = await readFile(own.supergraphFile, "utf8");
    await writeFile(
      own.supergraphFile,
      before.replace("what: String", `what: String @requiresScopes(scopes: [["audit:read"]])`),
    );
    await soon(() => {
      own.subgraph.tell("news");
      return hasEnded();
    }).toBe(true);
    expect(answers.at(-1)).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    await client.dispose();
    await own.close();
  });
});
