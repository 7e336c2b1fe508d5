import { createServer } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import type { AuditEvent } from "@allfunds/platform/audit";
import { createLogger } from "@allfunds/platform/logging";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startEchoGateway, type EchoGateway } from "../callers/echo-gateway.fixture.ts";
import { startAudit } from "./start-audit.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway();
});
afterAll(async () => gateway.close());
beforeEach(() => void gateway.told.splice(0));

/** What an auditor reads first. */
const lines = () =>
  gateway.told.map(
    ({ action, outcome, subject, detail }) => `${action} ${outcome} ${subject} ${detail["code"]}`,
  );

describe("the trail is told", () => {
  it("of every change: who, as what, with which factors, from where, when, and how it ended", async () => {
    const headers = await gateway.issuer.headers({ subject: "ann", clientId: "web" });
    await gateway.post(
      { query: "mutation Both { a: write fail }" },
      { ...headers, ...TRACEPARENT },
    );
    expect(lines()).toEqual([
      "graph.mutation ALLOWED write OK",
      "graph.mutation REFUSED fail INTERNAL_ERROR",
    ]);
    expect(gateway.told[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      action: "graph.mutation",
      outcome: "ALLOWED",
      tenantId: "018f0000-0000-7000-8000-000000000001",
      actorId: "ann",
      actorKind: "USER",
      clientId: "web",
      factors: ["pwd", "otp", "mfa"],
      ip: "127.0.0.1",
      traceId: TRACE,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      subject: "write",
      detail: { code: "OK", transport: "http", operationName: "Both", acr: "mfa" },
    } satisfies Record<keyof AuditEvent, unknown>);
  });

  it("of a change over a WebSocket", async () => {
    const client = gateway.connect(await gateway.issuer.headers());
    await client.iterate({ query: "mutation { write }" }).next();
    await client.dispose();
    expect(gateway.told).toMatchObject([{ subject: "write", detail: { transport: "websocket" } }]);
  });

  it("of what a caller may not have, once for each field, and of no reading that is allowed", async () => {
    const reader = await gateway.issuer.headers({ scopes: ["ledger:approve"], acr: "pwd" });
    await gateway.post({ query: "mutation { approve again: approve write }" }, reader);
    await gateway.post({ query: "{ whoami figures }" }, reader);
    expect(lines()).toEqual([
      "graph.refused REFUSED approve STEP_UP_REQUIRED",
      "graph.refused REFUSED write FORBIDDEN",
      "graph.refused REFUSED figures FORBIDDEN",
    ]);
  });

  it("of a subscription that was refused, and of the schema that was not told", async () => {
    const client = gateway.connect(await gateway.issuer.headers({ scopes: [] }));
    await client
      .iterate({ query: "subscription { told { by } }" })
      .next()
      .catch(() => undefined);
    await client
      .iterate({ query: "query Schema { __schema { types { name } } }", operationName: "Schema" })
      .next()
      .catch(() => undefined);
    await client.dispose();
    expect(lines()).toEqual([
      "graph.refused REFUSED told FORBIDDEN",
      "graph.refused REFUSED Schema FORBIDDEN",
    ]);
  });

  it("of nothing where a query is merely wrong", async () => {
    await gateway.post({ query: "{ nothing }" }, await gateway.issuer.headers());
    expect(lines()).toEqual([]);
  });
});

it("tells of one caller's knocking at one door once, and then how often, but of every change", async () => {
  const knocked = await startEchoGateway();
  const headers = await knocked.issuer.headers({ scopes: ["ledger:write"] });
  for (let count = 0; count < 10; count += 1) {
    await knocked.post({ query: "{ figures }" }, headers);
    await knocked.post({ query: "mutation { write }" }, headers);
  }
  const of = (action: string) => knocked.told.filter((event) => event.action === action);
  expect(of("graph.mutation").length).toBe(10);
  expect(of("graph.refused").length).toBe(1);
  knocked.settle();
  expect(of("graph.refused").map(({ detail }) => detail["times"])).toEqual([undefined, 9]);
  await knocked.close();
});

it("tells of bad tokens at once, and of a flood of them in one more line", async () => {
  const flooded = await startEchoGateway();
  for (let count = 0; count < 50; count += 1)
    await flooded.post({ query: "{ whoami }" }, { authorization: "Bearer bad" });
  expect(await flooded.closeOf({})).toEqual([4401, "Unauthorized"]);
  expect(flooded.told).toMatchObject([
    { action: "graph.refused", actorId: null, detail: { token: "refused", transport: "http" } },
    { action: "graph.refused", actorId: null, detail: { token: "absent", transport: "websocket" } },
  ]);
  flooded.settle();
  expect(flooded.told.slice(2)).toMatchObject([{ detail: { token: "refused", times: 49 } }]);
  await flooded.close();
});

it("is delivered with the gateway's own token, and a new one where that is refused", async () => {
  const reports: { authorization: string | undefined; body: string }[] = [];
  const trail = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      reports.push({ authorization: request.headers.authorization, body });
      response.writeHead(reports.length === 1 ? 401 : 200).end("{}");
    });
  });
  await new Promise<void>((resolve) => trail.listen(0, "127.0.0.1", resolve));
  const { port } = trail.address() as { port: number };
  let grants = 0;
  const audit = startAudit(
    {
      systemCredentials: () =>
        ({
          token: async () => `token-${grants}`,
          forget: () => (grants += 1),
        }) as never,
    },
    `http://127.0.0.1:${port}/`,
    createLogger("gateway", "silent"),
  );
  audit?.trail.unknownCaller(new AppError("UNAUTHENTICATED", "Sign in."), {
    headers: {},
    address: "203.0.113.9",
    transport: "http",
  });
  await expect.poll(() => reports.length, { timeout: 10_000 }).toBe(2);
  await audit?.stop();
  trail.close();
  expect(reports.map(({ authorization }) => authorization)).toEqual([
    "Bearer token-0",
    "Bearer token-1",
  ]);
  expect(reports[0]?.body).toBe(reports[1]?.body);
  expect(JSON.parse(reports[1]?.body ?? "")).toMatchObject({ events: [{ ip: "203.0.113.9" }] });
});
