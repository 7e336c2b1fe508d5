import type { Pool } from "pg";
import { Gauge, type Registry } from "prom-client";

/** Adds a gauge whose value is read when it is collected. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => gauge.set(read()),
  });
}

/** Shows how far the connections of a service's pools to its database are used. */
export function watchPools(registry: Registry, pools: Readonly<Record<string, Pool>>): void {
  const gauge: Gauge = new Gauge({
    name: "database_connections",
    help: "Connections of a pool by state; waiting: requests for a connection that have none yet",
    labelNames: ["pool", "state"],
    registers: [registry],
    collect: () => {
      for (const [pool, { idleCount, totalCount, waitingCount }] of Object.entries(pools)) {
        gauge.set({ pool, state: "idle" }, idleCount);
        gauge.set({ pool, state: "used" }, totalCount - idleCount);
        gauge.set({ pool, state: "waiting" }, waitingCount);
      }
    },
  });
}
