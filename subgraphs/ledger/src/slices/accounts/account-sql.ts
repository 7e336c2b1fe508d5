import { AppError } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { defineEntity, p } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { FactKind } from "../../graph/facts.ts";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { AccountObject, toAccountObject, type AccountRow } from "./account-object.ts";
import type { AccountStatus } from "./account.ts";

/** An account as it is read. */
export const AccountEntity = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    fundId: p.uuid(),
    code: p.text(),
    name: p.text(),
    type: p.text().$type<AccountType>(),
    currency: p.text(),
    /** Minor units on the account's normal side. */
    balance: p.decimal().precision(39).scale(0).$type<string>(),
    /** Minor units below which balance less holds may not fall; null for no limit. */
    minimumBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
    /** Minor units reserved by active holds. */
    held: p.decimal().precision(39).scale(0).$type<string>(),
    status: p.text().$type<AccountStatus>(),
    version: p.bigint("number"),
    parentId: p.uuid().nullable(),
    /** Canonical JSON. */
    metadata: p.text(),
    countsAsCash: p.boolean(),
    managed: p.boolean(),
  },
});

/** What of an account is the same for ever. */
type AccountFacts = Pick<AccountObject, "id" | "code" | "type" | "currency" | "fundId">;

const ACCOUNT_FACTS: FactKind<AccountFacts> = { most: 50_000, fundOf: ({ fundId }) => fundId };

/** The fields of an account that its facts can answer. */
export const ACCOUNT_FACT_FIELDS: ReadonlySet<string> = new Set([
  "__typename",
  "id",
  "code",
  "type",
  "currency",
  "fund",
]);

/** An account with its facts and nothing else: for callers that select `ACCOUNT_FACT_FIELDS` at most. */
export function knownAccount({ facts }: LedgerContext, id: string): AccountObject | undefined {
  const known = facts.get(ACCOUNT_FACTS, id);
  return known === undefined ? undefined : Object.assign(new AccountObject(), known);
}

const READ_BY_IDS = `
  SELECT id, fund_id AS "fundId", code, name, type, currency, balance::text,
         minimum_balance::text AS "minimumBalance", held::text, status, version,
         parent_id AS "parentId", metadata, counts_as_cash AS "countsAsCash", managed
  FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

type ReadRow = Omit<AccountRow, "version"> & { readonly version: string };

/** Accounts by id. Every list of entries needs them: a plain statement, not the mapper. */
const accountsById: BatchRead<AccountObject> = async ({ request, stores, facts }, ids) => {
  const parameters = [request.tenantId, ids] as const;
  const { rows } = await stores.pool.query<ReadRow>(READ_BY_IDS, parameters, { prepared: true });
  const accounts = new Map<string, AccountObject>();
  for (const row of rows) {
    const account = toAccountObject({ ...row, version: Number(row.version) });
    const { id, code, type, currency, fundId } = account;
    facts.keep(ACCOUNT_FACTS, id, () => ({ id, code, type, currency, fundId }));
    accounts.set(id, account);
  }
  return accounts;
};

export const findAccount = (context: LedgerContext, id: string): Promise<AccountObject | null> =>
  find(context, accountsById, id);

export async function requireAccount(context: LedgerContext, id: string): Promise<AccountObject> {
  const account = await findAccount(context, id);
  if (account === null) throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${id}.`);
  return account;
}

/** The name of an asset that is no currency, such as the units of a class, has its decimals behind a slash. */
const OF_UNITS = "%/%";

/**
 * A fund's accounts by code, those in currencies or those of units and positions only when that is given; one
 * more than `first`, to show that more follow.
 */
export function readAccountPage(
  em: EntityManager,
  tenantId: string,
  fundId: string,
  { first, after, inMoney }: PageRequest & { readonly inMoney: boolean | null },
): Promise<AccountRow[]> {
  const [code] = typeof after === "string" ? decodeCursor(after, 1) : [];
  const ofUnits = { currency: { $like: OF_UNITS } };
  return em.find(
    AccountEntity,
    {
      tenantId,
      fundId,
      ...(code === undefined ? {} : { code: { $gt: String(code) } }),
      ...(inMoney === null ? {} : inMoney ? { $not: ofUnits } : ofUnits),
    },
    { orderBy: { code: "asc" }, limit: first + 1 },
  );
}

export function readAccountByCode(
  em: EntityManager,
  tenantId: string,
  fundId: string,
  code: string,
): Promise<AccountRow | null> {
  return em.findOne(AccountEntity, { tenantId, fundId, code });
}
