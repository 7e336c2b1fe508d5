import type { TenantReads } from "@allfunds/platform/tenancy";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import {
  usualClassification,
  type AccountClass,
  type CashFlowActivity,
  type Classification,
} from "./account-class.ts";

const READ_BY_IDS = `
  SELECT account_id AS id, class, cash_flow FROM account_class
  WHERE tenant_id = $1 AND account_id = ANY ($2::uuid[])`;

interface ClassRow {
  readonly id: string;
  readonly class: AccountClass;
  readonly cash_flow: CashFlowActivity;
}

/** What a user chose, by account. */
export async function readChosenClasses(
  reads: TenantReads,
  tenantId: string,
  accountIds: readonly string[],
): Promise<Map<string, Classification>> {
  const { rows } = await reads.query<ClassRow>(READ_BY_IDS, [tenantId, accountIds]);
  return new Map(
    rows.map(({ id, class: accountClass, cash_flow: cashFlow }) => [
      id,
      { class: accountClass, cashFlow },
    ]),
  );
}

const chosenById: BatchRead<Classification> = ({ request, stores }, ids) =>
  readChosenClasses(stores.pool, request.tenantId, ids);

/** How an account is classified: as a user chose, or as its type usually is. */
export async function readClassification(
  context: LedgerContext,
  { id, type }: AccountObject,
): Promise<Classification> {
  return (await find(context, chosenById, id)) ?? usualClassification(type);
}
