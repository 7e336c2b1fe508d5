import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { TenantReads } from "../../tenancy/tenant-pool.ts";

/** A fund as it is read. */
export const FundEntity = defineEntity({
  name: "Fund",
  tableName: "fund",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    name: p.text(),
    currency: p.text(),
    openedAt: p.datetime(),
  },
});
type FundEntityRow = InferEntity<typeof FundEntity>;

/** A fund as it is told; none of it ever changes. */
export type FundRow = Pick<FundEntityRow, "id" | "name" | "currency" | "openedAt">;

const READ_BY_IDS = `
  SELECT id, name, currency, opened_at AS "openedAt"
  FROM fund WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** Funds by id. A mutation's answer needs them: a plain statement, not the mapper. */
export async function readFunds(
  pool: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, FundRow>> {
  const { rows } = await pool.query<FundRow>(READ_BY_IDS, [tenantId, ids], { prepared: true });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Funds in the order they were opened; one more than `first`, to tell that more follow. */
export function readFundPage(
  em: EntityManager,
  tenantId: string,
  { first, after }: { readonly first: number; readonly after: string | null | undefined },
): Promise<FundRow[]> {
  const last = typeof after === "string" ? decodeAgeCursor(after) : undefined;
  return em.find(
    FundEntity,
    last === undefined
      ? { tenantId }
      : {
          tenantId,
          $or: [
            { openedAt: { $gt: last.openedAt } },
            { openedAt: last.openedAt, id: { $gt: last.id } },
          ],
        },
    { orderBy: { openedAt: "asc", id: "asc" }, limit: first + 1 },
  );
}

function decodeAgeCursor(cursor: string): { openedAt: Date; id: string } {
  const [text, id] = decodeCursor(cursor, 2);
  const openedAt = new Date(text ?? "");
  if (Number.isNaN(openedAt.getTime()) || typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return { openedAt, id };
}

const READ_POSITIONS = `
  SELECT id, position FROM book WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** The last position of each book. */
export async function readBookPositions(
  pool: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; position: string }>(READ_POSITIONS, [
    tenantId,
    ids,
  ]);
  return new Map(rows.map(({ id, position }) => [id, Number(position)]));
}
