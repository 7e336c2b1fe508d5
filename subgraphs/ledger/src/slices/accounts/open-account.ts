import {
  AppError,
  currencyScale,
  invalidInput,
  parseAmount,
  type AccountType,
} from "@allfunds/platform";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import type { AccountOpened } from "./account-opened.ts";

/** The order to add an account to a fund's chart. */
export interface OpenAccount {
  readonly kind: "OpenAccount";
  readonly accountId: string;
  readonly fundId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** The fund's currency when absent. */
  readonly currency: string | undefined;
  /** Floor on the normal side, a decimal string; no limit when absent. */
  readonly minimumBalance?: string | undefined;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

export function decideOpenAccount(command: OpenAccount, state: BookState): [AccountOpened] {
  const findings = new Findings();
  checkUuid(findings, "id", command.accountId);
  checkText(findings, "name", command.name, { min: 1, max: 200 });
  if (!CODE.test(command.code)) {
    findings.add("code", "must be 1 to 64 letters, digits, dots, colons, dashes or underscores");
  }
  findings.refuseIfAny();
  const fund = requireFund(state, command.fundId);
  const currency = command.currency ?? fund.currency;
  currencyScale(currency);
  if (state.accountIdTaken(command.accountId)) {
    throw new AppError(
      "ALREADY_EXISTS",
      `An account with the id ${command.accountId} exists already.`,
    );
  }
  if (state.accountByCode(command.code) !== undefined) {
    throw new AppError(
      "ALREADY_EXISTS",
      `The fund has an account with the code ${command.code} already.`,
    );
  }
  return [
    {
      type: "AccountOpened",
      accountId: command.accountId,
      fundId: command.fundId,
      code: command.code,
      name: command.name,
      accountType: command.type,
      currency,
      minimumMinor: floorOfEmpty(command.minimumBalance, currency),
    },
  ];
}

/** A new account is empty, so its floor cannot lie above zero. */
function floorOfEmpty(minimumBalance: string | undefined, currency: string): bigint | null {
  if (minimumBalance === undefined) return null;
  const minor = parseAmount(minimumBalance, currency);
  if (minor > 0n) throw invalidInput("minimumBalance", "must not be above zero in a new account");
  return minor;
}
