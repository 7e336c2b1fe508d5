import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isCashAccount, type AccountType } from "@allfunds/contract/events";
import { currencyScale, parseAmount } from "@allfunds/contract/money";
import { Migration } from "@allfunds/platform/database";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { defineSlice, type Lookup } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import {
  ACCOUNT,
  ID_BY_CODE,
  accountOf,
  evolveAccountOpened,
  type AccountOpened,
} from "./account.ts";

/** Ids that accounts of other books have. */
const TAKEN_IDS = defineBatchRows<true>("taken account ids");

const FIND_TAKEN = `SELECT id FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const TAKEN: Lookup<true> = {
  rows: TAKEN_IDS,
  find: async ({ statements, book, draft }, ids) => {
    const { rows } = await statements.query<{ id: string }>(FIND_TAKEN, [book.tenantId, [...ids]]);
    for (const { id } of rows) draft.put(TAKEN_IDS, id, true);
  },
};

/** The command to add an account to a fund's chart. */
export interface OpenAccount {
  readonly kind: "OpenAccount";
  readonly accountId: string;
  readonly fundId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** The fund's currency when absent. */
  readonly currency: string | undefined;
  /** Minimum balance on the normal side, a decimal string; no limit when absent. */
  readonly minimumBalance?: string | undefined;
  /** By its code when absent. */
  readonly countsAsCash?: boolean | undefined;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Opens an account that starts at zero. */
export function decideOpenAccount(command: OpenAccount, state: BookState): [AccountOpened] {
  const { accountId, fundId, code, name, type: accountType, minimumBalance } = command;
  const findings = new Findings();
  checkUuid(findings, "id", accountId);
  checkText(findings, "name", name, { min: 1, max: 200 });
  if (!CODE.test(code)) {
    findings.add("code", "must be 1 to 64 letters, digits, dots, colons, dashes or underscores");
  }
  findings.refuseIfAny();
  const fund = requireFund(state, fundId);
  const currency = command.currency ?? fund.currency;
  currencyScale(currency);
  refuseTaken(state, { accountId, code });
  const minimumMinor = minimumBalance === undefined ? null : parseAmount(minimumBalance, currency);
  refuseAboveZero(minimumMinor);
  const countsAsCash = command.countsAsCash ?? isCashAccount(accountType, code);
  refuseCash({ accountType, countsAsCash });
  const opened = { accountId, fundId, code, name, accountType, currency, minimumMinor };
  return [{ type: "AccountOpened", ...opened, countsAsCash }];
}

function refuseCash({
  accountType,
  countsAsCash,
}: Pick<AccountOpened, "accountType" | "countsAsCash">): void {
  if (countsAsCash === true && accountType !== "ASSET") {
    throw invalidInput("countsAsCash", "is for accounts of the type ASSET");
  }
}

function refuseTaken(
  state: BookState,
  { accountId, code }: Pick<AccountOpened, "accountId" | "code">,
): void {
  if (accountOf(state, accountId) !== undefined || state.get(TAKEN_IDS, accountId) === true) {
    throw new AppError("ALREADY_EXISTS", `An account with the id ${accountId} exists already.`);
  }
  if (state.get(ID_BY_CODE, code) !== undefined) {
    throw new AppError("ALREADY_EXISTS", `The fund has an account with the code ${code} already.`);
  }
}

/** A new account is empty, so its minimum balance cannot lie above zero. */
function refuseAboveZero(minimumMinor: bigint | null): void {
  if (minimumMinor !== null && minimumMinor > 0n) {
    throw invalidInput("minimumBalance", "must not be above zero in a new account");
  }
}

/** The digest of a book counts the mark of managed accounts only, so that of earlier books still holds. */
class MarkManagedAccounts extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE account ADD COLUMN managed boolean NOT NULL DEFAULT false`);
    this.addSql(`COMMENT ON COLUMN account.managed IS
      'Only commands of fund administration post to it'`);
  }
}

export const ACCOUNTS = defineSlice<OpenAccount, AccountOpened>({
  name: "accounts",
  migrations: [{ name: "0100-managed-accounts", class: MarkManagedAccounts }],
  tables: [ACCOUNT],
  derived: [ID_BY_CODE],
  commands: {
    OpenAccount: {
      needs: ({ accountId }, want, clientChoseId) => {
        if (clientChoseId) want(TAKEN, accountId);
      },
      decide: decideOpenAccount,
    },
  },
  events: {
    AccountOpened: {
      codec: codecOf<AccountOpened>("AccountOpened", {
        amounts: { minimumMinor: "minimumBalance" },
        optional: ["minimumMinor"],
        names: { accountType: "type" },
      }),
      evolve: evolveAccountOpened,
      check: (state, event) => {
        requireFund(state, event.fundId);
        refuseTaken(state, event);
        refuseAboveZero(event.minimumMinor);
        refuseCash(event);
      },
    },
  },
  constraints: {
    account_pkey: () => new AppError("ALREADY_EXISTS", "An account with this id exists already."),
    account_code_unique: () =>
      new AppError("ALREADY_EXISTS", "The fund has an account with this code already."),
    account_above_minimum: () =>
      new AppError("INSUFFICIENT_FUNDS", "An account would fall below its minimum balance."),
  },
});
