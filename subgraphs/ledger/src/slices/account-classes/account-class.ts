import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { defineTable, required } from "../../engine/table.ts";
import { accountOf, requireAccount, type AccountState } from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";

/** Where an account stands in the statements of the fund. */
export const ACCOUNT_CLASSES = {
  CURRENT: "CURRENT",
  NON_CURRENT: "NON_CURRENT",
  SUSPENSE: "SUSPENSE",
  CAPITAL: "CAPITAL",
  RETAINED_EARNINGS: "RETAINED_EARNINGS",
  OPENING_BALANCES: "OPENING_BALANCES",
  ORDINARY: "ORDINARY",
  CURRENCY_RESULT: "CURRENCY_RESULT",
} as const;
export type AccountClass = keyof typeof ACCOUNT_CLASSES;

/** The part of the cash-flow statement that an account's movements belong to. */
export const CASH_FLOW_ACTIVITIES = {
  OPERATING: "OPERATING",
  INVESTING: "INVESTING",
  FINANCING: "FINANCING",
} as const;
export type CashFlowActivity = keyof typeof CASH_FLOW_ACTIVITIES;

/** The classes of each type of account; the first is that of an account no user classified. */
const CLASSES_OF: Readonly<Record<AccountType, readonly [AccountClass, ...AccountClass[]]>> = {
  ASSET: ["CURRENT", "NON_CURRENT", "SUSPENSE"],
  LIABILITY: ["CURRENT", "NON_CURRENT", "SUSPENSE"],
  EQUITY: ["CAPITAL", "RETAINED_EARNINGS", "OPENING_BALANCES"],
  INCOME: ["ORDINARY", "CURRENCY_RESULT"],
  EXPENSE: ["ORDINARY", "CURRENCY_RESULT"],
};

/** Classes that one account of a currency has at most: commands find it by them. */
const ALONE: ReadonlySet<AccountClass> = new Set(["RETAINED_EARNINGS", "OPENING_BALANCES"]);

export interface Classification {
  readonly class: AccountClass;
  readonly cashFlow: CashFlowActivity;
}

/** What holds while no user chose: current, capital or ordinary, and the activity that such accounts have. */
export function usualClassification(type: AccountType, chosen?: AccountClass): Classification {
  const accountClass = chosen ?? CLASSES_OF[type][0];
  return { class: accountClass, cashFlow: usualActivity(type, accountClass) };
}

function usualActivity(type: AccountType, accountClass: AccountClass): CashFlowActivity {
  if (type === "EQUITY") return "FINANCING";
  if (accountClass !== "NON_CURRENT") return "OPERATING";
  return type === "ASSET" ? "INVESTING" : "FINANCING";
}

interface ClassState extends Classification {
  readonly accountId: string;
}

const ACCOUNT_CLASS = defineTable<ClassState>({
  name: "account_class",
  bookColumn: "book_id",
  keyColumn: "account_id",
  columns: [
    { name: "account_id", type: "uuid", of: ({ accountId }) => accountId, fixed: true },
    { name: "class", type: "text", of: (row) => row.class },
    { name: "cash_flow", type: "text", of: ({ cashFlow }) => cashFlow },
  ],
  read: (texts) => ({
    accountId: required(texts, "account_id"),
    class: required(texts, "class") as AccountClass,
    cashFlow: required(texts, "cash_flow") as CashFlowActivity,
  }),
});

/** How an account is classified: as a user chose, or as its type usually is. */
export const classificationOf = (state: BookState, { id, type }: AccountState): Classification =>
  state.get(ACCOUNT_CLASS, id) ?? usualClassification(type);

/** The one account of a currency with a class that only one may have. */
export function accountOfClass(
  state: BookState,
  wanted: AccountClass,
  currency: string,
): AccountState | undefined {
  for (const [id, row] of state.all(ACCOUNT_CLASS)) {
    const account = row.class === wanted ? accountOf(state, id) : undefined;
    if (account?.currency === currency && account.status !== "CLOSED") return account;
  }
  return undefined;
}

/** The command to place an account in the statements; what is absent stays. */
export interface ClassifyAccount {
  readonly kind: "ClassifyAccount";
  readonly fundId: string;
  readonly accountId: string;
  readonly class?: AccountClass | undefined;
  readonly cashFlow?: CashFlowActivity | undefined;
}

/** An account got its place in the statements of the fund. */
export interface AccountClassified extends Classification {
  readonly type: "AccountClassified";
  readonly accountId: string;
  readonly fundId: string;
}

/** No events when the account is classified so already. */
export function decideClassifyAccount(
  command: ClassifyAccount,
  state: BookState,
): AccountClassified[] {
  const { fundId, accountId } = command;
  requireFund(state, fundId);
  const account = requireAccount(state, accountId);
  const before = classificationOf(state, account);
  const after = {
    class: command.class ?? before.class,
    cashFlow:
      command.cashFlow ??
      (command.class === undefined ? before.cashFlow : usualActivity(account.type, command.class)),
  };
  if (after.class === before.class && after.cashFlow === before.cashFlow) return [];
  refuseClass(state, account, after.class);
  return [{ type: "AccountClassified", accountId, fundId, ...after }];
}

function refuseClass(state: BookState, account: AccountState, wanted: AccountClass): void {
  const classes = CLASSES_OF[account.type];
  if (!classes.includes(wanted)) {
    throw invalidInput(
      "class",
      `of an account of the type ${account.type} is ${classes.join(", ")}`,
    );
  }
  if (!ALONE.has(wanted)) return;
  const other = accountOfClass(state, wanted, account.currency);
  if (other === undefined || other.id === account.id) return;
  throw new AppError(
    "ALREADY_EXISTS",
    `Account ${other.code} has the class ${wanted} in ${account.currency} already.`,
  );
}

export const evolveClassified = (
  draft: BookState,
  { accountId, class: accountClass, cashFlow }: AccountClassified,
): void => draft.put(ACCOUNT_CLASS, accountId, { accountId, class: accountClass, cashFlow });

class CreateAccountClasses extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE account_class (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      account_id uuid NOT NULL,
      class text NOT NULL,
      cash_flow text NOT NULL,
      CONSTRAINT account_class_pkey PRIMARY KEY (tenant_id, account_id)
    )`);
    this.addSql(...enforceTenancy("account_class"));
    this.addSql(`CREATE POLICY granted_funds ON account_class AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON account_class FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (class, cash_flow) ON account_class TO CURRENT_USER`);
  }
}

export const ACCOUNT_CLASSIFICATIONS = defineSlice<ClassifyAccount, AccountClassified>({
  name: "account classes",
  tables: [ACCOUNT_CLASS],
  migrations: [{ name: "0110-account-classes", class: CreateAccountClasses }],
  commands: { ClassifyAccount: { decide: decideClassifyAccount } },
  events: {
    AccountClassified: {
      codec: codecOf("AccountClassified"),
      evolve: evolveClassified,
      check: (state, event) => {
        requireFund(state, event.fundId);
        refuseClass(state, requireAccount(state, event.accountId), event.class);
      },
    },
  },
});
