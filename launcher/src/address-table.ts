import type { Ports } from "./ports.ts";

/** Where a person or a program reaches the running system. */
export function endpointsOf(
  ports: Ports,
  browsers: { readonly web: string; readonly issuer: string },
  isSecure = false,
): Record<string, string> {
  const host = isSecure ? "localhost" : "127.0.0.1";
  const base = (port: number): string => `http${isSecure ? "s" : ""}://${host}:${port}`;
  return {
    web: browsers.web,
    issuer: browsers.issuer,
    graphql: `${base(ports.GATEWAY_PORT)}/graphql`,
    graphqlWs: `${base(ports.GATEWAY_PORT).replace("http", "ws")}/graphql`,
    rest: `${base(ports.REST_PORT)}/api/v1`,
    restAnalytics: `${base(ports.REST_ANALYTICS_PORT)}/api/v1`,
    restMetrics: `${base(ports.REST_METRICS_PORT)}/api/v1`,
    ledger: `${base(ports.LEDGER_PORT)}/graphql`,
    analytics: `${base(ports.ANALYTICS_PORT)}/graphql`,
    metrics: `${base(ports.METRICS_PORT)}/graphql`,
  };
}

const LABELS: Readonly<Record<string, string>> = {
  web: "dashboard",
  issuer: "sign-in (issuer)",
  graphql: "graph (HTTP)",
  graphqlWs: "graph (WebSocket)",
  rest: "REST",
  restAnalytics: "REST, analytics",
  restMetrics: "REST, metrics",
  ledger: "ledger subgraph",
  analytics: "analytics subgraph",
  metrics: "metrics subgraph",
};

/** The addresses, one line each. */
export function addressTable(endpoints: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.values(LABELS).map((label) => label.length));
  return Object.entries(endpoints)
    .map(([name, url]) => `  ${(LABELS[name] ?? name).padEnd(width)}  ${url}`)
    .join("\n");
}
