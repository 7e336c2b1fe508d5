import type { AuditEvent } from "@allfunds/platform/audit";
import { createAuthentication } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { SCOPES } from "./access/scopes.ts";
import { createBridge } from "./app.ts";
import { LOCAL_TOKEN_URL, loadBridgeConfig } from "./config.ts";
import { allEndpoints } from "./endpoints/endpoints.ts";
import { GatewayClient } from "./gateway/gateway-client.ts";
import type { Endpoint } from "./endpoint.ts";
import { StandInGraph } from "./stand-in/graph.fixture.ts";
import { CASH, FEES, FUND } from "./stand-in/sample-values.fixture.ts";
import { startGraph } from "./stand-in/serve-graph.fixture.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body. */
  readonly json: () => Record<string, unknown>;
}

export type Ask = (path: string, init?: RequestInit) => Promise<Reply>;

export interface RunningBridge {
  /** Asks with a token that has every scope, unless the request brings credentials of its own. */
  readonly ask: Ask;
  readonly issuer: TestIssuer;
  /** What the audit trail was told. */
  readonly audited: AuditEvent[];
  readonly close: () => Promise<void>;
}

interface BridgeSettings {
  readonly endpoints?: readonly Endpoint[];
  readonly queryTimeoutMs?: number;
  readonly mutationTimeoutMs?: number;
  readonly trustedProxies?: readonly string[];
  /** Whose tokens count; one of its own unless given. */
  readonly issuer?: TestIssuer;
}

/** A bridge that listens, in front of whatever graph is at the URL. */
export async function startBridge(
  gatewayUrl: string,
  settings: BridgeSettings = {},
): Promise<RunningBridge> {
  const { endpoints = allEndpoints, queryTimeoutMs = 5_000, mutationTimeoutMs = 5_000 } = settings;
  const issuer = settings.issuer ?? (await createTestIssuer());
  const audited: AuditEvent[] = [];
  const gateway = new GatewayClient({ url: gatewayUrl, queryTimeoutMs, mutationTimeoutMs });
  const logger = createLogger("rest-bridge", "silent");
  const server = createBridge({
    service: "rest-bridge",
    endpoints,
    gateway,
    logger,
    authentication: createAuthentication(loadBridgeConfig(issuer.env), logger),
    tokenUrl: LOCAL_TOKEN_URL,
    audit: (event) => void audited.push(event),
    bodyLimit: 64 * 1024,
    trustedProxies: settings.trustedProxies ?? [],
  });
  const url = await server.app.listen({ host: "127.0.0.1", port: 0 });
  const { authorization } = await issuer.headers({ scopes: Object.keys(SCOPES) });
  return {
    issuer,
    audited,
    ask: async (path, init) => {
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
      await gateway.close();
      if (settings.issuer === undefined) issuer.stop();
    },
  };
}

/** A graph and a bridge in front of it. */
export async function startHouse(settings?: BridgeSettings) {
  const graph = new StandInGraph();
  const served = await startGraph(graph);
  const bridge = await startBridge(served.url, settings);
  return {
    graph,
    ask: bridge.ask,
    issuer: bridge.issuer,
    audited: bridge.audited,
    close: async () => {
      await bridge.close();
      await served.close();
    },
  };
}

export const sendJson = (
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** A transaction the stand-in graph takes; a test changes what it is about. */
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
