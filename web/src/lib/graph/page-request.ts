import type { DocumentNode } from "graphql";
import { UNREACHABLE, type Problem } from "../problems.ts";
import { documentId } from "./document-id.ts";

const PATH = "/graph";
const TIMEOUT_MS = 15_000;

/** What the server's answer to a page's query carries. */
export interface PageAnswer {
  readonly data: unknown;
  readonly problems: Problem[];
}

/** Sends a query of this page to its own server, by id and with the session's cookie. Never throws. */
export async function sendPageQuery(
  document: DocumentNode,
  variables: unknown,
): Promise<PageAnswer> {
  try {
    const response = await fetch(PATH, {
      method: "POST",
      headers: { "content-type": "application/json", "x-allfunds-page": "1" },
      body: JSON.stringify({ id: documentId(document), variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as PageAnswer;
  } catch {
    return { data: null, problems: [UNREACHABLE] };
  }
}
