import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";

/** Finds the address a connection comes from, as Fastify does for requests: what trusted proxies say of it is believed. */
export function clientAddressOf(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  const trusts = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, trusts);
}
