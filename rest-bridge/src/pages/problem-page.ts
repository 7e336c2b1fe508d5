import { ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { escapeHtml } from "./page.ts";

/** What a client can do about a refusal with a status. */
function remedyOf(status: number): string {
  if (status === 401) return "Get a new access token, with a second factor where one is required.";
  if (status === 403) return "Use a client or a user with the scope or the fund that is needed.";
  if (status === 409 || status === 412) {
    return "Read the resource again, then decide; an Idempotency-Key that was used needs its first content.";
  }
  if (status === 429 || status === 503 || status === 504) {
    return "Repeat the request after Retry-After. A write keeps its Idempotency-Key, so it takes effect once.";
  }
  if (status >= 500) return "Repeat the request later, and quote the trace id when it persists.";
  if (status === 202) return "Wait until a second approver has decided, or withdraw the proposal.";
  return "Correct the request by `detail` and `violations`; a repetition alone will not help.";
}

/** The page of a code, with what it means and which operations answer with it. */
export function problemPage(code: ErrorCode, endpoints: readonly Endpoint[]): string {
  const { status, title } = ERROR_CODES[code];
  const named = endpoints.filter(({ docs }) => docs.refusals.includes(code));
  const operations = named.map(
    ({ method, path }) =>
      `<li><code>${method} ${escapeHtml(path.replaceAll(/:(\w+)/g, "{$1}"))}</code></li>`,
  );
  return `<main><h1><code>${code}</code></h1><p>${escapeHtml(title)}.</p><dl>
<dt>HTTP status</dt><dd>${status}</dd>
<dt>What to do</dt><dd>${escapeHtml(remedyOf(status))}</dd>
${operations.length === 0 ? "" : `<dt>Operations that answer with it</dt><dd><ul>${operations.join("")}</ul></dd>`}
</dl><p><a href="/docs">All operations</a></p></main>`;
}

/** The page that lists the codes. */
export function problemsPage(): string {
  const codes = Object.entries(ERROR_CODES).map(
    ([code, { status, title }]) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> (${status}): ${escapeHtml(title)}.</li>`,
  );
  return `<main><h1>Problems</h1><ul>${codes.join("")}</ul></main>`;
}
