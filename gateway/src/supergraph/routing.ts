import { loadConfig } from "@allfunds/platform/config";
import { parseAddresses } from "@allfunds/platform/upstream";
import { z } from "zod";

export interface SubgraphAddress {
  readonly name: string;
  /** The full URL of its GraphQL endpoint, or of several, separated by commas. */
  readonly url: string;
}

export interface Routing {
  /** Base URLs by subgraph name, from `<NAME>_URL`; several are separated by commas. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Added to the ports of subgraphs on this machine, unless they have a base URL of their own. */
  readonly portOffset: number;
}

/** The URL of a subgraph: the supergraph's, unless the environment replaces it. */
export function routeTo(subgraph: SubgraphAddress, routing: Routing): string {
  const url = new URL(subgraph.url);
  const base = routing.baseUrls[subgraph.name];
  if (base !== undefined)
    return base
      .split(",")
      .map((one) => endpointUrl(one.trim(), url.pathname + url.search))
      .join(",");
  if (routing.portOffset > 0 && isLoopback(url.hostname)) {
    url.port = String(Number(url.port === "" ? 80 : url.port) + routing.portOffset);
  }
  return url.href;
}

const endpointUrl = (base: string, path: string): string =>
  base.startsWith("unix:") ? `${base}:${path}` : base.replace(/\/$/, "") + path;

const isLoopback = (host: string): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(host);

/** The variable with the base URL of a subgraph: `LEDGER_URL` for "ledger". */
export const addressVariable = (name: string): string =>
  `${name.toUpperCase().replaceAll(/\W/g, "_")}_URL`;

/** Reads the base URLs of subgraphs: `LEDGER_URL=http://ledger-1:4001,unix:/run/ledger.sock` for "ledger". */
export function baseUrlsFromEnvironment(names: readonly string[]): Record<string, string> {
  const variables = new Map(names.map((name) => [name, addressVariable(name)]));
  const shape = Object.fromEntries(
    [...variables.values()].map((variable) => [
      variable,
      z
        .string()
        .refine(isAddressList, "must be http:// or unix: addresses, separated by commas")
        .optional(),
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

function isAddressList(list: string): boolean {
  try {
    return parseAddresses(list).length > 0;
  } catch {
    return false;
  }
}
