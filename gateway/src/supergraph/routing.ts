import { loadConfig } from "@allfunds/platform/config";
import { z } from "zod";

export interface SubgraphAddress {
  readonly name: string;
  /** The full URL of its GraphQL endpoint. */
  readonly url: string;
}

export interface Routing {
  /** Base URLs by subgraph name, from `<NAME>_URL`. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Added to the ports of subgraphs on this machine, unless they have a base URL of their own. */
  readonly portOffset: number;
}

/** The URL of a subgraph: the supergraph's, unless the environment replaces it. */
export function routeTo(subgraph: SubgraphAddress, routing: Routing): string {
  const url = new URL(subgraph.url);
  const base = routing.baseUrls[subgraph.name];
  if (base !== undefined) return base.replace(/\/$/, "") + url.pathname + url.search;
  if (routing.portOffset > 0 && isLoopback(url.hostname)) {
    url.port = String(Number(url.port === "" ? 80 : url.port) + routing.portOffset);
  }
  return url.href;
}

const isLoopback = (host: string): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(host);

/** The variable with the base URL of a subgraph: `LEDGER_URL` for "ledger". */
export const addressVariable = (name: string): string =>
  `${name.toUpperCase().replaceAll(/\W/g, "_")}_URL`;

/** Reads the base URLs of subgraphs: `LEDGER_URL=http://ledger:4001` for "ledger". */
export function baseUrlsFromEnvironment(names: readonly string[]): Record<string, string> {
  const variables = new Map(names.map((name) => [name, addressVariable(name)]));
  const shape = Object.fromEntries(
    [...variables.values()].map((variable) => [
      variable,
      z.url({ protocol: /^https?$/ }).optional(),
    ]),
  );
  const read: Readonly<Record<string, unknown>> = loadConfig("gateway", shape);
  return Object.fromEntries(
    [...variables].flatMap(([name, variable]) => {
      const url = read[variable];
      return typeof url === "string" ? [[name, url]] : [];
    }),
  );
}
