import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { grantsOf, type GrantedReads } from "@allfunds/platform/tenancy";

const LIMIT_MS = 1_500;
const LOOK_MS = 50;

const READ_REACHED = `
  SELECT book.id, book.position
  FROM unnest($2::uuid[], $3::bigint[]) AS asked (id, position)
  JOIN book ON book.tenant_id = $1 AND book.id = asked.id AND book.position >= asked.position`;

interface Reached {
  readonly id: string;
  readonly position: string;
}

/**
 * Waits until the books are at the positions that a request names. They are behind while this server reads from
 * a database that was restored. Throws CONSISTENCY_TIMEOUT after 1.5 s. Of a read that a conditional change is to
 * follow it notes where the books are: what is read after it is as new.
 */
export const awaitPositionsIn =
  (pool: GrantedReads) =>
  async (request: RequestContext): Promise<void> => {
    const asked = [...(request.positions ?? [])].filter(([id]) => seesFund(request, id));
    if (asked.length === 0) return;
    const reads = pool.seeing(grantsOf(request));
    const [ids, positions] = [asked.map(([id]) => id), asked.map(([, position]) => position)];
    const giveUpAt = performance.now() + LIMIT_MS;
    for (;;) {
      const parameters = [request.tenantId, ids, positions] as const;
      const { rows } = await reads.query<Reached>(READ_REACHED, parameters);
      if (rows.length === asked.length) {
        const noted =
          request.unchanged === undefined
            ? asked
            : rows.map(({ id, position }) => [id, Number(position)] as const);
        for (const [id, position] of noted) request.seen?.note(id, position);
        return;
      }
      if (performance.now() > giveUpAt)
        throw new AppError(
          "CONSISTENCY_TIMEOUT",
          "The books are behind the position you name. Try again in a moment.",
        );
      await sleep(LOOK_MS);
    }
  };
