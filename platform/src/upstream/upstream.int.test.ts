import { once } from "node:events";
import { createServer } from "node:http2";
import type { ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  hang,
  json,
  reset,
  startFlakyServer,
  type Behaviour,
  type FlakyServer,
} from "../testing/flaky-server.ts";
import { TEST_AUTHORITY, TEST_CLIENT, TEST_SERVER } from "../testing/test-certificates.ts";
import { STANDARD_UPSTREAM_POLICY, Upstream, type UpstreamPolicy } from "./index.ts";

const QUICK = {
  ...STANDARD_UPSTREAM_POLICY,
  silenceLimitMs: 600,
  probeEveryMs: 20,
  changePatienceMs: 10,
};
const GOOD = json("{}");
const HTML: Behaviour = (_request, response) =>
  response.writeHead(200, { "content-type": "text/html" }).end("<html>");

/** With failing probes it would be left alone, sooner or later. */
const RESETTING: Behaviour = (request, response) =>
  request.url === "/probe" ? GOOD(request, response) : reset(request, response);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(
  behaviour: Behaviour,
  listenOn?: string | number | ServerOptions,
): Promise<FlakyServer> {
  const server = await startFlakyServer(behaviour, listenOn);
  closers.unshift(() => server.close());
  return server;
}

function upstreamOf(servers: readonly FlakyServer[], policy: Partial<UpstreamPolicy> = {}) {
  const upstream = new Upstream(
    servers.map(({ url }) => url).join(","),
    {
      probe: { method: "GET", path: "/probe", headers: {} },
      isAnswer: ({ text }) => text.startsWith("{"),
    },
    { ...QUICK, ...policy },
  );
  closers.unshift(() => upstream.close());
  return upstream;
}

it("speaks HTTP/2 without TLS when its policy is that", async () => {
  const versions: string[] = [];
  const server = createServer((request, response) => {
    versions.push(request.httpVersion);
    response.writeHead(200, { "content-type": "application/json" });
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  closers.unshift(async () => void server.close());
  const upstream = upstreamOf([{ url: `http://127.0.0.1:${port}` } as FlakyServer], {
    http2: true,
    silenceLimitMs: 60_000,
  });
  const answers = await Promise.all(["/a", "/b", "/c"].map((path) => send(upstream, path)));
  expect(answers.map(({ text }) => text)).toEqual(["{}", "{}", "{}"]);
  expect(new Set(versions)).toEqual(new Set(["2.0"]));
});

type Kind = "read" | "keyed" | "once";

const send = async (upstream: Upstream, path: string, kind: Kind = "read", limitMs = 20_000) =>
  upstream.request({
    method: "POST",
    path,
    headers: {},
    body: "{}",
    signal: AbortSignal.timeout(limitMs),
    isRead: kind === "read",
    isRepeatable: kind !== "once",
  });

const codeOf = async (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => "answered",
    (error: unknown) => (error as { kind?: string; name: string }).kind ?? (error as Error).name,
  );

const states = (upstream: Upstream) => upstream.report.endpoints.map(({ state }) => state);
const eventually = <T>(state: () => T) => expect.poll(state, { timeout: 20_000, interval: 10 });

describe("with two endpoints", () => {
  it("sends to the one with the fewest requests under way", async () => {
    const [one, other] = [await serve(hang), await serve(hang)];
    const upstream = upstreamOf([one, other], { silenceLimitMs: 60_000 });
    const answers = Array.from({ length: 8 }, async (_, index) => send(upstream, `/${index}`));
    for (const answer of answers) answer.catch(() => undefined);
    await eventually(() => one.paths.length + other.paths.length).toBe(8);
    expect(one.paths).toHaveLength(4);
  });

  it.each([
    ["resets connections", reset],
    ["answers HTML", HTML],
    ["is too busy", json("{}", 503, { "retry-after": "60" })],
    ["does not answer", hang],
  ])("answers every read, and mutations with a key, while one %s", async (_name, behaviour) => {
    const [bad, good] = [await serve(behaviour), await serve(GOOD)];
    const upstream = upstreamOf([bad, good]);
    const answers = Array.from({ length: 30 }, async (_, index) =>
      send(upstream, `/${index}`, index % 2 === 0 ? "read" : "keyed"),
    );
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(answers.map(() => "{}"));
    expect(new Set(good.paths).size).toBe(30);
  });

  it("sends no mutation twice when it has no key", async () => {
    const [bad, good] = [await serve(reset), await serve(GOOD)];
    const upstream = upstreamOf([bad, good], { maxFailures: 1_000, silenceLimitMs: 60_000 });
    const answers = Array.from({ length: 20 }, async (_, index) =>
      codeOf(send(upstream, `/${index}`, "once")),
    );
    const codes = await Promise.all(answers);
    expect(codes.filter((code) => code === "lost")).toHaveLength(bad.paths.length);
    expect(new Set([...bad.paths, ...good.paths]).size).toBe(20);
    expect(bad.paths.length + good.paths.length).toBe(20);
  });

  it("sends a mutation without a key to the other when the first takes no connection", async () => {
    const [gone, good] = [await startFlakyServer(GOOD), await serve(GOOD)];
    await gone.close();
    const upstream = upstreamOf([gone, good]);
    for (let index = 0; index < 10; index += 1)
      expect((await send(upstream, `/${index}`, "once")).text).toBe("{}");
    await eventually(() => states(upstream)).toEqual(["open", "closed"]);
  });

  it("sends a read to the other as well when it is hedged", async () => {
    const [slow, good] = [await serve(hang), await serve(GOOD)];
    const upstream = upstreamOf([slow, good], { hedgeAfterMs: 5, silenceLimitMs: 60_000 });
    for (let index = 0; index < 10; index += 1)
      expect((await send(upstream, `/${index}`)).text).toBe("{}");
  });
});

describe("the breaker of the only endpoint", () => {
  it("opens after ten requests when none is answered, and closes when a probe is", async () => {
    const server = await serve(hang);
    const upstream = upstreamOf([server]);
    const codes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 20));
        return codeOf(send(upstream, `/${index}`));
      }),
    );
    expect(server.paths.length).toBeLessThanOrEqual(10);
    expect(new Set(codes)).toEqual(new Set(["silent", "NoEndpoint"]));
    server.behaviour = GOOD;
    await eventually(() => states(upstream)).toEqual(["trial"]);
    expect((await send(upstream, "/again")).status).toBe(200);
    expect(states(upstream)).toEqual(["closed"]);
  });

  it.each([
    ["resets", reset],
    ["HTML", HTML],
  ])("opens after five %s in a row", async (_name, behaviour) => {
    const server = await serve(GOOD);
    const upstream = upstreamOf([server], { probeEveryMs: 60_000, idleProbeEveryMs: 60_000 });
    await send(upstream, "/first");
    server.behaviour = behaviour;
    const before = server.paths.length;
    for (let index = 0; index < 20; index += 1) await codeOf(send(upstream, "/", "once"));
    expect(server.paths.length - before).toBe(5);
    expect(states(upstream)).toEqual(["open"]);
  });

  it("lets a change wait until a probe is answered, and refuses it when none is for long", async () => {
    const server = await serve(HTML);
    const upstream = upstreamOf([server], { changePatienceMs: 60_000 });
    await eventually(() => states(upstream)).toEqual(["open"]);
    const change = send(upstream, "/change", "once");
    expect(await codeOf(send(upstream, "/read"))).toBe("NoEndpoint");
    server.behaviour = GOOD;
    expect((await change).text).toBe("{}");
    const impatient = upstreamOf([await serve(HTML)]);
    await eventually(() => states(impatient)).toEqual(["open"]);
    expect(await codeOf(send(impatient, "/change", "once"))).toBe("NoEndpoint");
  });

  it("refuses a change that waits when its upstream is let go of", async () => {
    const upstream = upstreamOf([await serve(HTML)], { changePatienceMs: 60_000 });
    await eventually(() => states(upstream)).toEqual(["open"]);
    const change = codeOf(send(upstream, "/change", "once"));
    await eventually(() => upstream.report.waiting).toBe(1);
    upstream.retire();
    expect(await change).toBe("NoEndpoint");
    expect(await codeOf(send(upstream, "/change", "once"))).toBe("NoEndpoint");
  });

  it("closes when a probe is refused, as one without credentials may be", async () => {
    const server = await serve(HTML);
    const upstream = upstreamOf([server]);
    await eventually(() => states(upstream)).toEqual(["open"]);
    server.behaviour = (_request, response) => response.writeHead(401).end("no");
    await eventually(() => states(upstream)).toEqual(["trial"]);
    expect(server.paths).toEqual([]);
  });

  it("stays closed when an answer takes long and probes are answered", async () => {
    const waiting: (() => void)[] = [];
    const server = await serve((request, response) => {
      if (request.url === "/probe") GOOD(request, response);
      else waiting.push(() => GOOD(request, response));
    });
    const upstream = upstreamOf([server]);
    const answers = Array.from({ length: 40 }, async (_, index) => send(upstream, `/${index}`));
    await eventually(() => waiting.length).toBe(40);
    for (const answer of waiting) answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(
      answers.map(() => 200),
    );
    expect(states(upstream)).toEqual(["closed"]);
  });
});

describe("an upstream", () => {
  it("lets requests wait when all places are taken, and refuses those beyond the queue", async () => {
    const waiting: (() => void)[] = [];
    const server = await serve((request, response) => {
      if (request.url === "/probe") GOOD(request, response);
      else waiting.push(() => GOOD(request, response));
    });
    const upstream = upstreamOf([server], { maxInFlight: 2, maxWaiting: 3 });
    const codes = Array.from({ length: 8 }, async (_, index) =>
      codeOf(send(upstream, `/${index}`)),
    );
    await eventually(() => upstream.report.waiting).toBe(3);
    let left = 5;
    while (left > 0) {
      await eventually(() => waiting.length).toBeGreaterThan(0);
      left -= waiting.length;
      for (const answer of waiting.splice(0)) answer();
    }
    expect((await Promise.all(codes)).sort()).toEqual([
      ...Array.from({ length: 3 }, () => "NoEndpoint"),
      ...Array.from({ length: 5 }, () => "answered"),
    ]);
  });

  it("returns the refusal of an only service that is too busy at once, and calls another one where there is one", async () => {
    const server = await serve((request, response) =>
      request.url === "/probe"
        ? GOOD(request, response)
        : json('{"busy":true}', 503, { "retry-after": "1" })(request, response),
    );
    const only = upstreamOf([server]);
    for (const path of ["/one", "/two"])
      expect((await send(only, path)).text).toBe('{"busy":true}');
    expect(server.paths).toEqual(["/one", "/two"]);
    const both = upstreamOf([server, await serve(GOOD)]);
    for (let nth = 0; nth < 10; nth += 1) expect((await send(both, "/read")).text).toBe("{}");
  });

  it("repeats a read at a service that refused it while it stopped, and returns the refusal otherwise", async () => {
    let refusals = 1;
    const server = await serve((request, response) =>
      request.url !== "/probe" && refusals-- > 0
        ? json('{"stopping":true}', 503)(request, response)
        : GOOD(request, response),
    );
    const upstream = upstreamOf([server], { silenceLimitMs: 60_000 });
    expect((await send(upstream, "/read")).text).toBe("{}");
    refusals = 1;
    expect((await send(upstream, "/write", "once")).text).toBe('{"stopping":true}');
  });

  it("repeats no more reads than its share when every one fails", async () => {
    const [one, other] = [await serve(RESETTING), await serve(RESETTING)];
    const upstream = upstreamOf([one, other], {
      maxFailures: 1_000,
      silenceLimitMs: 60_000,
      retryReserve: 3,
      retryShare: 0,
    });
    for (let index = 0; index < 10; index += 1) await codeOf(send(upstream, "/"));
    expect(one.paths.length + other.paths.length).toBe(13);
  });

  it("refuses an answer that is too long, and stops reading it", async () => {
    const server = await serve((request, response) => {
      if (request.url === "/probe") return GOOD(request, response);
      const chunk = Buffer.alloc(64 * 1024, "x");
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      write();
    });
    const upstream = upstreamOf([server], { maxAnswerBytes: 1_000_000 });
    expect(await codeOf(send(upstream, "/"))).toBe("oversized");
  });

  it("shows its certificate, and verifies that of the service, when both are configured", async () => {
    const server = await serve(GOOD, {
      ...TEST_SERVER,
      ca: TEST_AUTHORITY,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const known = upstreamOf([server], { tls: { ca: TEST_AUTHORITY, ...TEST_CLIENT } });
    expect((await send(known, "/")).text).toBe("{}");
    expect(await codeOf(send(upstreamOf([server], { tls: { ca: TEST_AUTHORITY } }), "/"))).not.toBe(
      "answered",
    );
    expect(await codeOf(send(upstreamOf([server], { tls: TEST_CLIENT }), "/"))).not.toBe(
      "answered",
    );
    expect(server.paths).toEqual(["/"]);
  });

  it("calls a Unix socket when its address is one", async () => {
    const server = await serve(GOOD, join(tmpdir(), `upstream-${process.pid}.sock`));
    expect((await send(upstreamOf([server]), "/path")).text).toBe("{}");
    expect(server.paths).toEqual(["/path"]);
  });
});
