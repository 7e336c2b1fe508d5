import { once } from "node:events";
import type { AuditEvent } from "@allfunds/platform/audit";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { WebSocket } from "ws";
import { AuditLog } from "../audit/audit-log.ts";
import { OWN_ACCESS } from "../guard/auth/own-access.ts";
import { compose, openGateway, type OpenGateway, type OpenOptions } from "../service.fixture.ts";
import { ECHO_SDL, startEchoSubgraph, type EchoSubgraph } from "./echo-subgraph.fixture.ts";

export interface EchoGateway extends OpenGateway {
  readonly issuer: TestIssuer;
  readonly subgraph: EchoSubgraph;
  /** The recorded audit events, oldest first. */
  readonly audited: AuditEvent[];
  /** Records the repetitions that were held back. */
  readonly flush: () => void;
  /** Decides the policy `open`. */
  readonly policies: { open: boolean };
  /** Sends a connection_init with this payload on a bare socket; returns the code and reason of its close. */
  readonly closeOf: (payload: unknown) => Promise<[code: number, reason: string]>;
}

/** A gateway that trusts an issuer of its own, over one subgraph that echoes tokens. */
export async function openEchoGateway(
  options: OpenOptions = {},
  { issuerIsDown = false }: { readonly issuerIsDown?: boolean } = {},
): Promise<EchoGateway> {
  const issuer = await createTestIssuer();
  if (issuerIsDown) issuer.goDown();
  const subgraph = await startEchoSubgraph();
  const audited: AuditEvent[] = [];
  const audit = new AuditLog((event) => void audited.push(event));
  const policies = { open: true };
  const gateway = await openGateway(
    compose({ echo: ECHO_SDL }),
    { echo: subgraph.origin },
    {
      env: { OIDC_ISSUER: issuer.url },
      audit,
      access: {
        ...OWN_ACCESS,
        policies: { ...OWN_ACCESS.policies, open: () => policies.open },
        deny: "field",
      },
      ...options,
    },
  );
  return {
    ...gateway,
    issuer,
    subgraph,
    audited,
    flush: () => audit.flush(),
    policies,
    closeOf: async (payload) => {
      const raw = new WebSocket(gateway.url.replace("http", "ws"), "graphql-transport-ws");
      const closed = once(raw, "close");
      await once(raw, "open");
      raw.send(JSON.stringify({ type: "connection_init", payload }));
      const [code, reason] = (await closed) as [number, Buffer];
      return [code, reason.toString()];
    },
    close: async () => {
      await gateway.close();
      await subgraph.close();
      issuer.stop();
    },
  };
}
