import { isId } from "@allfunds/platform";
import type { Needs } from "../../engine/command-needs.ts";
import type { Loading } from "../../engine/load-needs.ts";
import type { ProposalStatus } from "./proposal-state.ts";

const READ_PROPOSALS = `
  SELECT id, status, maker, maker_owner FROM proposal
  WHERE tenant_id = $1 AND book_id = $2 AND id = ANY ($3::uuid[])`;

interface ProposalRow {
  readonly id: string;
  readonly status: ProposalStatus;
  readonly maker: string;
  readonly maker_owner: string | null;
}

/** Loads proposals that commands decide on and no draft speaks of yet. */
export async function loadProposals({ client, book, draft }: Loading, needs: Needs): Promise<void> {
  const ids = [...needs.proposalIds].filter((id) => isId(id) && draft.proposal(id) === undefined);
  if (ids.length === 0) return;
  const parameters = [book.tenantId, book.bookId, ids];
  const { rows } = await client.query<ProposalRow>(READ_PROPOSALS, parameters);
  for (const { id, status, maker, maker_owner: owner } of rows) {
    draft.putProposal({ id, status, maker, makerOwner: owner ?? undefined });
  }
}
