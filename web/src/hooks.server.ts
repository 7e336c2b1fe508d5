import type { Handle, HandleServerError } from "@sveltejs/kit/hooks";
import { liveUrlFor } from "#lib/server/gateway-address.ts";
import { countRequest } from "#lib/server/request-metrics.ts";

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

export const handle: Handle = async ({ event, resolve }) => {
  const startedAt = performance.now();
  const response = await resolve(event);
  secure(response.headers, event.url);
  countRequest(event.route.id ?? "unmatched", response.status, performance.now() - startedAt);
  return response;
};

function secure(headers: Headers, pageUrl: URL): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
  const policy = headers.get("content-security-policy");
  if (policy === null) return;
  const live = new URL(liveUrlFor(pageUrl)).origin;
  headers.set(
    "content-security-policy",
    policy.replace("connect-src 'self'", `connect-src 'self' ${live}`),
  );
  // Books of account do not belong into shared caches or the back button of the next person.
  headers.set("cache-control", "private, no-store");
}

export const handleError: HandleServerError = (caught) => {
  if (caught.kind === "app") return caught.error;
  if (caught.kind === "framework" && caught.error.status === 404) {
    return { message: "There is no such page.", code: "NOT_FOUND" };
  }
  if (caught.kind === "unknown") process.stderr.write(`${describe(caught.error)}\n`);
  return { message: "Something went wrong on our side.", code: "INTERNAL_ERROR" };
};

function describe(error: unknown): string {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return JSON.stringify({
    level: "error",
    service: "web",
    time: new Date().toISOString(),
    message,
  });
}
