const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

interface Addresses {
  gatewayUrl: string;
  publicUrl: string | undefined;
  pageUrl: URL;
}

/**
 * The graphql-ws address for a browser. Without a configured public address, a gateway on loopback is
 * assumed to be reachable under the host name that the browser used.
 */
export function liveAddress({ gatewayUrl, publicUrl, pageUrl }: Addresses): string {
  const url = new URL(publicUrl ?? gatewayUrl);
  if (publicUrl === undefined && LOOPBACK_HOSTS.has(url.hostname)) url.hostname = pageUrl.hostname;
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/graphql`;
  return url.href;
}
