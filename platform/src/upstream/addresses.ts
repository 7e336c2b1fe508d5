import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Where requests to an upstream go. */
export interface UpstreamAddress {
  /** Scheme, host and port: what the Host header and the TLS certificate name. */
  readonly origin: string;
  /** Precedes the path of each request. */
  readonly pathname: string;
  /** One of the host's network addresses; the host's name is looked up for each connection when it is absent. */
  readonly ip?: string;
  /** The Unix socket to connect to instead of the host. */
  readonly socketPath?: string;
}

const UNIX = /^unix:(\/[^:,]+)(?::(\/.*))?$/;

/**
 * Reads addresses separated by commas: `http://a:4001,http://b:4001`, or Unix sockets, `unix:/run/a.sock` and
 * `unix:/run/a.sock:/path`. Throws a TypeError when one is neither.
 */
export function parseAddresses(list: string): UpstreamAddress[] {
  return list.split(",").map((entry) => {
    const text = entry.trim();
    const [, socketPath, path = ""] = UNIX.exec(text) ?? [];
    if (socketPath !== undefined)
      return { origin: "http://localhost", pathname: withoutSlash(path), socketPath };
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol)) throw new TypeError(`not an http address: ${text}`);
    return { origin: url.origin, pathname: withoutSlash(url.pathname) + url.search };
  });
}

const withoutSlash = (path: string): string => path.replace(/\/$/, "");

/** Names an address; two with the same name are the same endpoint. */
export const addressName = ({ origin, pathname, ip, socketPath }: UpstreamAddress): string =>
  socketPath === undefined
    ? `${origin}${pathname}${ip === undefined ? "" : ` (${ip})`}`
    : `unix:${socketPath}:${pathname}`;

/** Looks up every address of a host. */
type LookupAll = (host: string) => Promise<readonly { readonly address: string }[]>;

/**
 * An address for each A and AAAA record of each host. A host that has none now keeps the addresses that are
 * known of it.
 */
export async function resolveAddresses(
  addresses: readonly UpstreamAddress[],
  known: readonly UpstreamAddress[],
  lookupAll: LookupAll = async (host) => lookup(host, { all: true }),
): Promise<UpstreamAddress[]> {
  const resolved = await Promise.all(
    addresses.map(async (address) => resolveAddress(address, known, lookupAll)),
  );
  return [...new Map(resolved.flat().map((address) => [addressName(address), address])).values()];
}

/** Whether the address has a name whose records may change. */
export function hasName(address: UpstreamAddress): boolean {
  const { socketPath } = address;
  const host = hostOf(address);
  return socketPath === undefined && isIP(host) === 0 && host !== "localhost";
}

async function resolveAddress(
  address: UpstreamAddress,
  known: readonly UpstreamAddress[],
  lookupAll: LookupAll,
): Promise<UpstreamAddress[]> {
  if (!hasName(address)) return [address];
  try {
    const records = await lookupAll(hostOf(address));
    return records.map(({ address: ip }) => ({ ...address, ip }));
  } catch {
    const before = known.filter(
      ({ origin, pathname }) => origin === address.origin && pathname === address.pathname,
    );
    return before.length === 0 ? [address] : before;
  }
}

/** The host that the address names, an IPv6 address without brackets. */
export const hostOf = ({ origin }: Pick<UpstreamAddress, "origin">): string =>
  new URL(origin).hostname.replaceAll(/^\[|\]$/g, "");
