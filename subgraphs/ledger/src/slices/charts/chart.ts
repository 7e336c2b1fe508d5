import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { defineSlice } from "../../engine/slice.ts";
import {
  decideClassifyAccount,
  evolveClassified,
  type AccountClass,
  type CashFlowActivity,
} from "../account-classes/account-class.ts";
import { decideRenameAccount, evolveRenamed } from "../account-details/account-details.ts";
import { decideOpenAccount } from "../accounts/account-slice.ts";
import { accountByCode, evolveAccountOpened } from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";

/** An account of a chart, before it is opened. */
export interface NewAccount {
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** The fund's when absent. */
  readonly currency?: string | undefined;
  /** Code of an account of the fund, or of one before it in the chart. */
  readonly parentCode?: string | undefined;
  readonly class?: AccountClass | undefined;
  readonly cashFlow?: CashFlowActivity | undefined;
  readonly countsAsCash?: boolean | undefined;
}

/** The command to open many accounts at once: all of them, or none. */
export interface OpenChart {
  readonly kind: "OpenChart";
  readonly fundId: string;
  readonly accounts: readonly (NewAccount & { readonly accountId: string })[];
}

const MAX_ACCOUNTS = 1_000;

function decideOpenChart({ fundId, accounts }: OpenChart, state: BookState): DomainEvent[] {
  if (accounts.length === 0 || accounts.length > MAX_ACCOUNTS) {
    throw invalidInput("accounts", `must be 1 to ${MAX_ACCOUNTS}`);
  }
  requireFund(state, fundId);
  const draft = state.fork();
  return accounts.flatMap((account, index) => {
    try {
      return openOne(fundId, account, draft);
    } catch (error) {
      throw error instanceof AppError ? placed(error, index) : error;
    }
  });
}

function openOne(
  fundId: string,
  account: OpenChart["accounts"][number],
  draft: BookState,
): DomainEvent[] {
  const { accountId, code, name, type, currency, parentCode, countsAsCash } = account;
  const order = { fundId, accountId, code, name, type, currency, countsAsCash };
  const opened = decideOpenAccount({ kind: "OpenAccount", ...order }, draft);
  for (const event of opened) evolveAccountOpened(draft, event);
  const renamed =
    parentCode === undefined
      ? []
      : decideRenameAccount(
          { kind: "RenameAccount", fundId, accountId, parentId: idOf(draft, parentCode) },
          draft,
        );
  for (const event of renamed) evolveRenamed(draft, event);
  const chosen = { class: account.class, cashFlow: account.cashFlow };
  const classify = { kind: "ClassifyAccount", fundId, accountId, ...chosen } as const;
  const classified = decideClassifyAccount(classify, draft);
  for (const event of classified) evolveClassified(draft, event);
  return [...opened, ...renamed, ...classified];
}

function idOf(state: BookState, parentCode: string): string {
  const parent = accountByCode(state, parentCode);
  if (parent !== undefined) return parent.id;
  throw new AppError("ACCOUNT_NOT_FOUND", `The chart has no account ${parentCode} before it.`, {
    violations: [{ path: "parentCode", message: "must be an account of the fund or before it" }],
  });
}

/** The same refusal, with the place of the account in the chart. */
function placed(error: AppError, index: number): AppError {
  const violations = (error.violations ?? [{ path: "", message: error.message }]).map(
    ({ path, message }) => ({ path: `accounts.${index}${path === "" ? "" : `.${path}`}`, message }),
  );
  return new AppError(error.code, `accounts.${index}: ${error.message}`, { violations });
}

export const CHARTS = defineSlice<OpenChart, never>({
  name: "charts",
  commands: { OpenChart: { decide: decideOpenChart } },
  events: {},
});
