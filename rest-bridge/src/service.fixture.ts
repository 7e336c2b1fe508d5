import type { AuditEvent } from "@allfunds/platform/audit";
import type { LimitBounds } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { vi } from "vitest";
import { LOCAL_TOKEN_URL, readConfig, type Config } from "./config.ts";
import { SCOPES } from "./endpoint/access.ts";
import { FakeGraph } from "./fake-graph/fake-graph.fixture.ts";
import { CASH, FEES, FUND } from "./fake-graph/sample-values.fixture.ts";
import { serveFakeGraph } from "./fake-graph/serve-fake-graph.fixture.ts";
import { createService } from "./service.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body. */
  readonly json: () => Record<string, unknown>;
}

/** Sends a request with a token that has every scope, unless the request has credentials of its own. */
export type Send = (path: string, init?: RequestInit) => Promise<Reply>;

export interface OpenBridge {
  readonly send: Send;
  /** Where it listens. */
  readonly url: string;
  readonly issuer: TestIssuer;
  /** What the audit log received. */
  readonly audited: AuditEvent[];
  readonly close: () => Promise<void>;
}

interface Settings {
  readonly config?: Partial<Config>;
  /** The issuer whose tokens the bridge accepts; one of its own unless given. */
  readonly issuer?: TestIssuer;
  readonly admission?: LimitBounds;
}

const ANY_PORT = 0;

/** A running bridge in front of the graph at a URL. */
export async function openBridge(gatewayUrl: string, settings: Settings = {}): Promise<OpenBridge> {
  const issuer = settings.issuer ?? (await createTestIssuer());
  const audited: AuditEvent[] = [];
  const config: Config = {
    ...readConfig(issuer.env),
    GATEWAY_URL: gatewayUrl,
    REST_ANALYTICS_PORT: ANY_PORT,
    REST_METRICS_PORT: ANY_PORT,
    REST_TOKEN_URL: LOCAL_TOKEN_URL,
    REST_BODY_LIMIT: 64 * 1024,
    TRUSTED_PROXIES: [],
    ...settings.config,
  };
  const { server, closers } = await createService(config, createLogger("rest-bridge", "silent"), {
    audit: (event) => void audited.push(event),
    ...(settings.admission === undefined ? {} : { admission: settings.admission }),
  });
  const url = await server.app.listen({ host: "127.0.0.1", port: ANY_PORT });
  const { authorization } = await issuer.headers({ scopes: Object.keys(SCOPES) });
  return {
    url,
    issuer,
    audited,
    send: async (path, init) => {
      const headers = new Headers(init?.headers);
      if (!headers.has("authorization")) headers.set("authorization", authorization);
      const response = await fetch(url + path, { ...init, headers });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: () => JSON.parse(text) as Record<string, unknown>,
      };
    },
    close: async () => {
      await server.app.close();
      for (const close of closers) await close();
      if (settings.issuer === undefined) issuer.stop();
    },
  };
}

/** The running service in front of a fake graph. */
export interface OpenService extends OpenBridge {
  readonly graph: FakeGraph;
}

export async function openService(settings?: Settings): Promise<OpenService> {
  const graph = new FakeGraph();
  const served = await serveFakeGraph(graph);
  const bridge = await openBridge(served.url, settings);
  return {
    ...bridge,
    graph,
    close: async () => {
      await bridge.close();
      await served.close();
    },
  };
}

/** Waits for readiness: each of its checks has a second, which can be short on a busy machine. */
export const untilReady = <Answer extends { readonly status: number }>(
  request: () => Promise<Answer>,
): Promise<Answer> =>
  vi.waitFor(
    async () => {
      const answer = await request();
      if (answer.status !== 200) throw new Error(`it answered ${answer.status} and is not ready`);
      return answer;
    },
    { timeout: 60_000, interval: 100 },
  );

export const sendJson = (
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** A transaction that the fake graph accepts; a test changes the part that it is about. */
export const posting = (changes: object = {}, amount: unknown = "10.00") => ({
  fundId: FUND,
  effectiveDate: "2026-06-30",
  description: "Management fee June",
  entries: [
    { accountId: FEES, side: "DEBIT", amount },
    { accountId: CASH, side: "CREDIT", amount },
  ],
  ...changes,
});
