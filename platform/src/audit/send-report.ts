import type { ClientCredentials } from "../auth/client-credentials.ts";
import { newTraceId, traceparentFor } from "../context.ts";
import type { AuditEvent } from "./audit-event.ts";

/**
 * Sends events to the audit log. Throws UnacceptableReport when the audit log will never accept them, and
 * any other error when a retry may succeed.
 */
export type SendReport = (events: readonly AuditEvent[]) => Promise<void>;

/** The audit log refused a report because of its content. */
export class UnacceptableReport extends Error {
  constructor(detail: string) {
    super(`the audit log refused it: ${detail}`);
    this.name = "UnacceptableReport";
  }
}

const ANSWER_WITHIN_MS = 5_000;
const LONGEST_DETAIL = 300;

/** Sends reports to the issuer's audit log with the service's own token. */
export function reportTo(
  identityUrl: string,
  credentials: Pick<ClientCredentials, "token" | "evict">,
): SendReport {
  const url = `${identityUrl.replace(/\/$/, "")}/audit/events`;
  return async (events) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await credentials.token()}`,
        "content-type": "application/json",
        traceparent: traceparentFor(newTraceId()),
      },
      body: JSON.stringify({ events }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    if (response.ok) return;
    if (response.status === 400 || response.status === 422)
      throw new UnacceptableReport(text.slice(0, LONGEST_DETAIL));
    if (response.status === 401) credentials.evict();
    throw new Error(`status ${response.status}`);
  };
}
