import { createServer } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import type { AuditEvent } from "@allfunds/platform/audit";
import { createAuthentication } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { createTestIssuer } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEchoGateway, type EchoGateway } from "../callers/echo-gateway.fixture.ts";
import { readConfig } from "../config.ts";
import { eventually } from "../service.fixture.ts";
import { startAuditLog } from "./audit-log.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await openEchoGateway();
});
afterAll(async () => gateway.close());
beforeEach(() => {
  gateway.flush();
  gateway.audited.splice(0);
});

/** One line for each recorded event. */
const lines = () =>
  gateway.audited.map(
    ({ action, outcome, subject, detail }) => `${action} ${outcome} ${subject} ${detail["code"]}`,
  );

describe("the audit log", () => {
  it("records caller, factors, address, time and outcome when a mutation has run", async () => {
    const headers = await gateway.issuer.headers({ subject: "ann", clientId: "web" });
    await gateway.post(
      { query: "mutation Both { a: write fail }" },
      { ...headers, ...TRACEPARENT },
    );
    expect(lines()).toEqual([
      "graph.mutation ALLOWED write OK",
      "graph.mutation REFUSED fail INTERNAL_ERROR",
    ]);
    expect(gateway.audited[0]).toEqual({
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

  it("records a mutation when it runs over a WebSocket", async () => {
    const client = gateway.connect(await gateway.issuer.headers());
    await client.iterate({ query: "mutation { write }" }).next();
    await client.dispose();
    expect(gateway.audited).toMatchObject([
      { subject: "write", detail: { transport: "websocket" } },
    ]);
  });

  it("records each denied field once, and no allowed query, when a caller lacks rights", async () => {
    const reader = await gateway.issuer.headers({ scopes: ["ledger:approve"], acr: "pwd" });
    await gateway.post({ query: "mutation { approve again: approve write }" }, reader);
    await gateway.post({ query: "{ whoami figures }" }, reader);
    expect(lines()).toEqual([
      "graph.refused REFUSED approve STEP_UP_REQUIRED",
      "graph.refused REFUSED write FORBIDDEN",
      "graph.refused REFUSED figures FORBIDDEN",
    ]);
  });

  it("records a refused subscription or introspection when it comes over a WebSocket", async () => {
    const client = gateway.connect(await gateway.issuer.headers({ scopes: [] }));
    await client
      .iterate({ query: "subscription { news { by } }" })
      .next()
      .catch(() => undefined);
    await client
      .iterate({ query: "query Schema { __schema { types { name } } }", operationName: "Schema" })
      .next()
      .catch(() => undefined);
    await client.dispose();
    expect(lines()).toEqual([
      "graph.refused REFUSED news FORBIDDEN",
      "graph.refused REFUSED Schema FORBIDDEN",
    ]);
  });

  it("records nothing when a query is invalid", async () => {
    await gateway.post({ query: "{ nothing }" }, await gateway.issuer.headers());
    expect(lines()).toEqual([]);
  });

  it("records a refusal once with a count, and every mutation, when a caller repeats them", async () => {
    const headers = await gateway.issuer.headers({ scopes: ["ledger:write"], subject: "eager" });
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        await gateway.post({ query: "{ figures }" }, headers);
        await gateway.post({ query: "mutation { write }" }, headers);
      }),
    );
    const of = (action: string) => gateway.audited.filter((event) => event.action === action);
    expect(of("graph.mutation").length).toBe(10);
    expect(of("graph.refused").length).toBe(1);
    gateway.flush();
    expect(of("graph.refused").map(({ detail }) => detail["times"])).toEqual([undefined, 9]);
  });

  it("records invalid tokens once with a count when many arrive", async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        gateway.post({ query: "{ whoami }" }, { authorization: "Bearer bad" }),
      ),
    );
    expect(await gateway.closeOf({})).toEqual([4401, "Unauthorized"]);
    expect(gateway.audited).toMatchObject([
      { action: "graph.refused", actorId: null, detail: { token: "refused", transport: "http" } },
      {
        action: "graph.refused",
        actorId: null,
        detail: { token: "absent", transport: "websocket" },
      },
    ]);
    gateway.flush();
    expect(gateway.audited.slice(2)).toMatchObject([{ detail: { token: "refused", times: 19 } }]);
  });
});

it("reports again with a new token when the identity service refuses the first", async () => {
  const reports: { authorization: string | undefined; body: string }[] = [];
  const identity = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      reports.push({ authorization: request.headers.authorization, body });
      response.writeHead(reports.length === 1 ? 401 : 200).end("{}");
    });
  });
  await new Promise<void>((resolve) => identity.listen(0, "127.0.0.1", resolve));
  const { port } = identity.address() as { port: number };
  const issuer = await createTestIssuer();
  const logger = createLogger("gateway", "silent");
  const authentication = createAuthentication(readConfig([], issuer.env), logger);
  const audit = startAuditLog(authentication, `http://127.0.0.1:${port}/`, logger);
  audit?.log.unidentified(new AppError("UNAUTHENTICATED", "Sign in."), {
    headers: {},
    address: "203.0.113.9",
    transport: "http",
  });
  await eventually(() => reports.length).toBe(2);
  await audit?.stop();
  identity.close();
  issuer.stop();
  const [refused, accepted] = reports;
  expect(refused?.authorization).toMatch(/^Bearer ./);
  expect(accepted?.authorization).toMatch(/^Bearer ./);
  expect(accepted?.authorization).not.toBe(refused?.authorization);
  expect(accepted?.body).toBe(refused?.body);
  expect(JSON.parse(accepted?.body ?? "")).toMatchObject({ events: [{ ip: "203.0.113.9" }] });
});
