import { GATEWAY_PORT, GATEWAY_PUBLIC_URL, GATEWAY_URL, PORT_OFFSET } from "$app/env/private";
import { liveAddress } from "./live-address.ts";

// The offset moves the default port only, not a configured one.
const port = GATEWAY_PORT ?? 4000 + (PORT_OFFSET ?? 0);

/** Base URL of the gateway as this server reaches it. */
export const gatewayUrl = GATEWAY_URL ?? `http://127.0.0.1:${port}`;

/** WebSocket address of the gateway for a browser that opened `pageUrl`. */
export function liveUrlFor(pageUrl: URL): string {
  return liveAddress({ gatewayUrl, publicUrl: GATEWAY_PUBLIC_URL, pageUrl });
}
