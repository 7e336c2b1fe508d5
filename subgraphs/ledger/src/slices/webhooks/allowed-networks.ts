import { BlockList, isIP } from "node:net";

/** The host name or IP address of a URL, which writes IPv6 in brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

// IANA's special-purpose registries (RFC 6890): nothing in them is a public receiver.
const PRIVATE_V4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
// Of IPv6 only global unicast is public; Teredo and 6to4 in it carry an IPv4 address that was not checked.
const PUBLIC_V6 = ["2000::", 3] as const;
const PRIVATE_V6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

function listOf(
  family: "ipv4" | "ipv6",
  networks: readonly (readonly [network: string, prefix: number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}

const PRIVATE = { 4: listOf("ipv4", PRIVATE_V4), 6: listOf("ipv6", PRIVATE_V6) } as const;
const GLOBAL_UNICAST = listOf("ipv6", [PUBLIC_V6]);
const LOOPBACK = {
  4: listOf("ipv4", [["127.0.0.0", 8]]),
  6: listOf("ipv6", [["::1", 128]]),
} as const;

/** True for an IP address that any network can reach. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !PRIVATE[4].check(address, "ipv4");
  if (isIP(address) !== 6) return false;
  return GLOBAL_UNICAST.check(address, "ipv6") && !PRIVATE[6].check(address, "ipv6");
}

/** Which addresses may be called: public ones, and the networks that the operator names. */
export class AllowedNetworks {
  readonly #allowed = new BlockList();

  /** `list` has networks such as `127.0.0.0/8`, separated by commas. */
  constructor(list = "") {
    for (const network of list.split(",").filter((text) => text.trim() !== "")) {
      const [, address = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(network.trim()) ?? [];
      this.#allowed.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
    }
  }

  /** Whether this IP address may be called. */
  allows(address: string): boolean {
    return isPublicAddress(address) || this.#isNamed(address);
  }

  /** Without TLS only this machine is called, and only where the operator names it. */
  allowsPlainHttp(host: string): boolean {
    const address = host === "localhost" ? "127.0.0.1" : host;
    const family = isIP(address);
    if (family === 0) return false;
    const isLoopback =
      family === 4 ? LOOPBACK[4].check(address, "ipv4") : LOOPBACK[6].check(address, "ipv6");
    return isLoopback && this.#isNamed(address);
  }

  #isNamed(address: string): boolean {
    const family = isIP(address);
    return family > 0 && this.#allowed.check(address, family === 6 ? "ipv6" : "ipv4");
  }
}

/** True for a list of networks that `AllowedNetworks` takes. */
export function areNetworks(list: string): boolean {
  try {
    return new AllowedNetworks(list) instanceof AllowedNetworks;
  } catch {
    return false;
  }
}
