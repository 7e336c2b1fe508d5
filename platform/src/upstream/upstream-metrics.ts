import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { UpstreamObserver, UpstreamReport } from "./upstream.ts";

const STATES = ["closed", "trial", "open"] as const;

/**
 * Adds the figures of upstreams to a service's metrics, and returns who observes one by its name. The names are
 * those of the configuration, so the labels are few.
 */
export function observeUpstreams(
  registry: Registry,
  reports: Reports,
): (upstream: string) => Omit<UpstreamObserver, "changed"> {
  const registers = [registry];
  const seconds = new Histogram({
    name: "upstream_request_seconds",
    help: "Time of each attempt of a request to an upstream, by what came of it",
    labelNames: ["upstream", "outcome"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const repeats = new Counter({
    name: "upstream_repeats_total",
    help: "Requests sent again to an upstream, hedges included",
    labelNames: ["upstream"],
    registers,
  });
  registerGauges(registry, reports);
  return (upstream) => ({
    attempted: (outcome, durationMs) => seconds.observe({ upstream, outcome }, durationMs / 1_000),
    repeated: () => repeats.inc({ upstream }),
  });
}

type Reports = () => ReadonlyMap<string, UpstreamReport>;
type EndpointReport = UpstreamReport["endpoints"][number];

/** A figure of each upstream: its name, its help, and how it is read. */
const FIGURES: readonly (readonly [string, string, (report: UpstreamReport) => number])[] = [
  [
    "upstream_waiting_requests",
    "Requests that wait for a place at an endpoint",
    ({ waiting }) => waiting,
  ],
  [
    "upstream_requests_in_flight",
    "Requests under way at an upstream",
    (report) => sumOf(report, ({ inFlight }) => inFlight),
  ],
  [
    "upstream_subscriptions",
    "Subscriptions at an upstream",
    (report) => sumOf(report, ({ sockets }) => sockets),
  ],
];

function registerGauges(registry: Registry, reports: Reports): void {
  for (const [name, help, valueOf] of FIGURES) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ["upstream"],
      registers: [],
      collect() {
        this.reset();
        for (const [upstream, report] of reports()) this.set({ upstream }, valueOf(report));
      },
    });
    registry.registerMetric(gauge);
  }
  const endpoints = new Gauge({
    name: "upstream_endpoints",
    help: "Endpoints of an upstream by the state of their circuit breaker",
    labelNames: ["upstream", "state"],
    registers: [],
    collect() {
      this.reset();
      for (const [upstream, report] of reports())
        for (const state of STATES) this.set({ upstream, state }, countOf(report, state));
    },
  });
  registry.registerMetric(endpoints);
}

const sumOf = ({ endpoints }: UpstreamReport, valueOf: (endpoint: EndpointReport) => number) =>
  endpoints.reduce((sum, endpoint) => sum + valueOf(endpoint), 0);

const countOf = (report: UpstreamReport, state: EndpointReport["state"]): number =>
  sumOf(report, (endpoint) => (endpoint.state === state ? 1 : 0));
