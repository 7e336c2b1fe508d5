import type { ClientCredentials } from "../auth/client-credentials.ts";
import { newTraceId, traceparentFor } from "../context.ts";
import type { AuditEvent } from "./audit-event.ts";

/** Hands events to the trail. Throws UnacceptableReport when it will never take them, anything else when it may later. */
export type SendReport = (events: readonly AuditEvent[]) => Promise<void>;

/** The trail has refused a report for what is in it. */
export class UnacceptableReport extends Error {
  constructor(detail: string) {
    super(`the audit trail refused it: ${detail}`);
    this.name = "UnacceptableReport";
  }
}

const ANSWER_WITHIN_MS = 5_000;
const LONGEST_DETAIL = 300;

/** Sends reports to the issuer's trail with the service's own token. */
export function reportTo(
  identityUrl: string,
  credentials: Pick<ClientCredentials, "token" | "forget">,
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
    if (response.status === 401) credentials.forget();
    throw new Error(`status ${response.status}`);
  };
}
