import type { DocumentNode } from "graphql";
import { UNREACHABLE, type Problem } from "../problems.ts";
import { documentId } from "./document-id.ts";

/** Where a page sends its queries. */
export const PAGE_PATH = "/graph";
const TIMEOUT_MS = 15_000;

/** What the server's answer to a page's query carries. */
export interface PageAnswer {
  readonly data: unknown;
  readonly problems: Problem[];
}

/**
 * Sends a query of this page to its own server, by id and with the session's cookie. Never throws. A connection
 * that broke while the request was sent is tried once more: browsers repeat no POST by themselves.
 */
export async function sendPageQuery(
  document: DocumentNode,
  variables: unknown,
): Promise<PageAnswer> {
  const body = JSON.stringify({ id: documentId(document), variables });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await send(body, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return send(body, signal);
    });
  } catch {
    return { data: null, problems: [UNREACHABLE] };
  }
}

async function send(body: string, signal: AbortSignal): Promise<PageAnswer> {
  const response = await fetch(PAGE_PATH, {
    method: "POST",
    headers: { "content-type": "application/json", "x-allfunds-page": "1" },
    body,
    signal,
  });
  return (await response.json()) as PageAnswer;
}
