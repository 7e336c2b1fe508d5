import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeServices } from "@apollo/composition";
import type { AuditEvent } from "@allfunds/platform/audit";
import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createLogger } from "@allfunds/platform/logging";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import { AuditTrail } from "../audit/audit-trail.ts";
import { createGateway, type GatewayOptions } from "../gateway.ts";
import { isAuthenticated } from "../guard/auth/is-authenticated.ts";
import { OWN_POLICIES } from "../guard/auth/own-policies.ts";
import { STANDARD_LIMITS } from "../guard/limits/limits.ts";
import { ECHO_SDL, startEchoSubgraph, type EchoSubgraph } from "./echo-subgraph.fixture.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export interface EchoGateway {
  readonly url: string;
  readonly issuer: TestIssuer;
  readonly subgraph: EchoSubgraph;
  readonly supergraphFile: string;
  /** What was told to the audit trail, oldest first. */
  readonly told: AuditEvent[];
  /** Tells the trail what was held back. */
  readonly settle: () => void;
  /** Decides the policy `open`. */
  readonly policies: { open: boolean };
  readonly post: (body: object, headers?: Record<string, string>) => Promise<Answer>;
  /** A graphql-ws client that introduces itself with these. */
  readonly connect: (params: Record<string, unknown>) => Client;
  /** Introduces a bare socket with these and waits; the code and reason it is closed with. */
  readonly closeOf: (params: unknown) => Promise<[code: number, reason: string]>;
  readonly close: () => Promise<void>;
}

/** A gateway that trusts an issuer of its own, over one subgraph that echoes tokens. */
export async function startEchoGateway(
  options: Partial<GatewayOptions> = {},
): Promise<EchoGateway> {
  const issuer = await createTestIssuer();
  const subgraph = await startEchoSubgraph();
  const logger = createLogger("gateway", "silent");
  const authentication = createAuthentication(
    loadConfig("gateway", authenticationShape, issuer.env),
    logger,
  );
  const directory = await mkdtemp(join(tmpdir(), "echo-"));
  const supergraphFile = join(directory, "supergraph.graphql");
  await writeFile(supergraphFile, composeEcho(subgraph.url));
  const told: AuditEvent[] = [];
  const policies = { open: true };
  const audit = new AuditTrail((event) => void told.push(event));
  const gateway = await createGateway({
    supergraphFile,
    routing: () => ({ baseUrls: {}, portOffset: 0 }),
    logger,
    bodyLimit: 100_000,
    introspection: { scope: "ledger:read" },
    limits: STANDARD_LIMITS,
    requestTimeoutMs: 5_000,
    queryTimeoutMs: 2_000,
    mutationTimeoutMs: 4_000,
    eventTimeoutMs: 2_000,
    queueLimit: 100,
    mostSockets: 100,
    contextOf: authentication.contextOf,
    callersReady: authentication.ready,
    audit,
    access: {
      policies: { ...OWN_POLICIES.policies, open: () => policies.open },
      denials: OWN_POLICIES.denials ?? {},
      deny: "field",
      isAuthenticated,
    },
    ...options,
  });
  await gateway.server.app.listen({ host: "127.0.0.1", port: 0 });
  const url = `${gateway.server.app.listeningOrigin}/graphql`;
  const socketUrl = url.replace("http", "ws");
  return {
    url,
    issuer,
    subgraph,
    supergraphFile,
    told,
    settle: () => audit.settle(),
    policies,
    post: async (body, headers = {}) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as object;
      return { status: response.status, headers: response.headers, ...answer };
    },
    connect: (connectionParams) =>
      createClient({
        url: socketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      }),
    closeOf: async (payload) => {
      const raw = new WebSocket(socketUrl, "graphql-transport-ws");
      const closed = once(raw, "close");
      await once(raw, "open");
      raw.send(JSON.stringify({ type: "connection_init", payload }));
      const [code, reason] = (await closed) as [number, Buffer];
      return [code, reason.toString()];
    },
    close: async () => {
      await gateway.server.app.close();
      for (const close of gateway.closers) await close();
      await subgraph.close();
      issuer.stop();
      await rm(directory, { recursive: true });
    },
  };
}

function composeEcho(url: string): string {
  const composed = composeServices([{ name: "echo", url, typeDefs: parse(ECHO_SDL) }]);
  if (composed.supergraphSdl === undefined) throw new Error(JSON.stringify(composed.errors));
  return composed.supergraphSdl;
}
