import { AppError, invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { defineEntity, p } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { FactKind } from "../../graph/facts.ts";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { toFundObject, type FundObject, type FundRow } from "./fund-object.ts";

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

const FUND_FACTS: FactKind<FundRow> = { most: 10_000, fundOf: ({ id }) => id };

const READ_BY_IDS = `
  SELECT id, name, currency, opened_at AS "openedAt"
  FROM fund WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** Funds by id. A mutation's answer needs them: a plain statement, not the mapper. */
const fundsById: BatchRead<FundObject> = async ({ request, stores, facts }, ids) => {
  const parameters = [request.tenantId, ids] as const;
  const { rows } = await stores.pool.query<FundRow>(READ_BY_IDS, parameters, { prepared: true });
  for (const row of rows) facts.keep(FUND_FACTS, row.id, () => row);
  return new Map(rows.map((row) => [row.id, toFundObject(row)]));
};

export const findFund = (context: LedgerContext, id: string): Promise<FundObject | null> =>
  find(context, fundsById, id);

export async function requireFund(context: LedgerContext, id: string): Promise<FundObject> {
  const known = context.facts.get(FUND_FACTS, id);
  const fund = known === undefined ? await findFund(context, id) : toFundObject(known);
  if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${id}.`);
  return fund;
}

/** Funds in the order they were opened; one more than `first`, to show that more follow. */
export function readFundPage(
  em: EntityManager,
  tenantId: string,
  { first, after }: PageRequest,
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

const bookPositions: BatchRead<number> = async ({ request, stores }, ids) => {
  const parameters = [request.tenantId, ids] as const;
  const { rows } = await stores.pool.query<{ id: string; position: string }>(
    READ_POSITIONS,
    parameters,
  );
  const positions = new Map(rows.map(({ id, position }) => [id, Number(position)]));
  for (const [id, position] of positions) request.seen?.note(id, position);
  return positions;
};

/** The last position of a fund's book; 0 when there is none. */
export const readBookPosition = async (context: LedgerContext, fundId: string): Promise<number> =>
  (await context.loader(bookPositions).load(fundId)) ?? 0;
