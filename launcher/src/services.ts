import { createRequire } from "node:module";
import { join } from "node:path";
import type { PortName, Ports } from "./ports.ts";

/** One service of the tree: what to run, where, and the port that reports its readiness. */
export interface Service {
  name: string;
  folder: string;
  args: string[];
  port: number;
  /** The edge stops first, so that running requests still find the subgraphs. */
  tier: "edge" | "subgraph";
}

const SERVICES: readonly [name: string, folder: string, port: PortName, tier: Service["tier"]][] = [
  ["ledger", "subgraphs/ledger", "LEDGER_PORT", "subgraph"],
  ["analytics", "subgraphs/analytics", "ANALYTICS_PORT", "subgraph"],
  ["metrics", "subgraphs/metrics", "METRICS_PORT", "subgraph"],
  ["identity", "identity", "IDENTITY_PORT", "subgraph"],
  ["gateway", "gateway", "GATEWAY_PORT", "edge"],
  ["rest-bridge", "rest-bridge", "REST_PORT", "edge"],
  ["web", "web", "WEB_PORT", "edge"],
];

// A small young generation keeps the services lean on a laptop; it costs them no measurable CPU.
// The ledger makes short-lived objects by the thousand, and a larger one spares it collections.
const YOUNG_GENERATION_MB = { ledger: 64, others: 4 };

const memoryFlags = (name: string): string[] => [
  `--max-semi-space-size=${name === "ledger" ? YOUNG_GENERATION_MB.ledger : YOUNG_GENERATION_MB.others}`,
  "--max-old-space-size=512",
];

export function listServices(root: string, ports: Ports, dev: boolean): Service[] {
  return SERVICES.map(([name, folder, portName, tier]) => ({
    name,
    folder: join(root, folder),
    args: argumentsOf(name, join(root, folder), ports[portName], dev),
    port: ports[portName],
    tier,
  }));
}

function argumentsOf(name: string, folder: string, port: number, dev: boolean): string[] {
  if (name !== "web") {
    return dev
      ? [
          "--conditions=source",
          "--import",
          "tsx",
          "--watch",
          "--watch-preserve-output",
          "src/main.ts",
        ]
      : [...memoryFlags(name), join(folder, "dist/main.js")];
  }
  if (!dev) return [join(folder, "server.js")];
  const vite = createRequire(join(folder, "package.json"))
    .resolve("vite/package.json")
    .replace("package.json", "bin/vite.js");
  return [vite, "dev", "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
}

/** Services that keep data, each in a database of its own. */
export const DATABASES = ["ledger", "analytics", "metrics", "identity", "web"] as const;
export const databaseVariable = (name: string): string => `DATABASE_URL_${name.toUpperCase()}`;
