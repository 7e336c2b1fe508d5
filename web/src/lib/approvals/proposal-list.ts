import type { ProposalStatus } from "../graph/graph-types.generated.ts";

/** Proposals on a page of a list. */
export const PROPOSALS_PER_PAGE = 50;

const STATUSES: ReadonlySet<string> = new Set(["WAITING", "APPROVED", "REJECTED", "WITHDRAWN"]);

/** Which proposals a list shows, by its address: those that wait, unless it has another status; null for all. */
export function readProposalQuery(search: URLSearchParams): {
  status: ProposalStatus | null;
  after: string | null;
} {
  const wanted = search.get("status") ?? "WAITING";
  return {
    status: STATUSES.has(wanted) ? (wanted as ProposalStatus) : null,
    after: search.get("after"),
  };
}

/** The address of a page of the list. */
export const proposalSearch = (status: ProposalStatus | null, after: string | null): string =>
  `?status=${status ?? "ALL"}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`;
