import { isIPv4, isIPv6 } from "node:net";

/**
 * The network of an address, since one home or office may use many addresses: 256 IPv4 addresses, or an
 * IPv6 network of 56 bits. Undefined for loopback, whose services send requests for other clients.
 */
export function networkOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(plain)) return plain.startsWith("127.") ? undefined : plain.replace(/\d+$/, "0/24");
  if (!isIPv6(plain)) return plain === "" ? undefined : plain;
  return plain === "::1"
    ? undefined
    : `${groups(plain).slice(0, 4).map(firstSevenBytes).join(":")}::/56`;
}

/** The eight groups of an IPv6 address, with `::` written out. */
function groups(address: string): string[] {
  const [before = "", after] = (address.split("%")[0] ?? "").split("::");
  const head = before.split(":").filter((group) => group !== "");
  if (after === undefined) return head;
  const tail = after.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  return [...head, ...zeros, ...tail];
}

const firstSevenBytes = (group: string, index: number): string =>
  (index === 3 ? Number.parseInt(group, 16) & 0xff00 : Number.parseInt(group, 16)).toString(16);
