import { AppError, invalidInput } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { acrossTenants } from "@allfunds/platform/tenancy";
import type { BookState } from "../../engine/book-state.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkMetadata, checkText } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import {
  accountOf,
  changeAccount,
  requireAccount,
  type AccountState,
} from "../accounts/account.ts";

/** What users name of an account, and may change. */
type Details = Pick<AccountState, "name" | "parentId" | "metadata" | "countsAsCash">;

/** The command to give an account other details; what is absent stays. */
export interface RenameAccount {
  readonly kind: "RenameAccount";
  readonly fundId: string;
  readonly accountId: string;
  readonly name?: string | undefined;
  /** Null takes it from under another account. */
  readonly parentId?: string | null | undefined;
  readonly metadata?: Details["metadata"] | undefined;
  readonly countsAsCash?: boolean | undefined;
}

/** An account got other details; all of them, as they are from now on. */
export interface AccountRenamed extends Details {
  readonly type: "AccountRenamed";
  readonly accountId: string;
  readonly fundId: string;
}

/** No events when the account has these details already. */
export function decideRenameAccount(command: RenameAccount, state: BookState): AccountRenamed[] {
  const { fundId, accountId } = command;
  const findings = new Findings();
  if (command.name !== undefined) checkText(findings, "name", command.name, { min: 1, max: 200 });
  if (command.metadata !== undefined) checkMetadata(findings, "metadata", command.metadata);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const account = requireAccount(state, accountId);
  const details: Details = {
    name: command.name ?? account.name,
    parentId: command.parentId === undefined ? account.parentId : command.parentId,
    metadata: command.metadata ?? account.metadata,
    countsAsCash: command.countsAsCash ?? account.countsAsCash,
  };
  if (canonicalJson(details) === canonicalJson(detailsOf(account))) return [];
  refuseDetails(state, account, details);
  return [{ type: "AccountRenamed", accountId, fundId, ...details }];
}

const detailsOf = ({ name, parentId, metadata, countsAsCash }: AccountState): Details => ({
  name,
  parentId,
  metadata,
  countsAsCash,
});

function refuseDetails(state: BookState, account: AccountState, details: Details): void {
  if (details.countsAsCash && account.type !== "ASSET") {
    throw invalidInput("countsAsCash", "is for accounts of the type ASSET");
  }
  let above = details.parentId;
  if (above === null) return;
  const parent = accountOf(state, above);
  if (parent === undefined) {
    throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${above}.`, {
      violations: [{ path: "parentId", message: "is not an account of this fund" }],
    });
  }
  if (parent.type !== account.type) {
    throw invalidInput("parentId", `must be an account of the type ${account.type}`);
  }
  // Whatever stands above it must not stand beneath it.
  while (above !== null) {
    if (above === account.id)
      throw invalidInput("parentId", "is the account itself, or beneath it");
    above = accountOf(state, above)?.parentId ?? null;
  }
}

export const evolveRenamed = (
  draft: BookState,
  { accountId, name, parentId, metadata, countsAsCash }: AccountRenamed,
): void => changeAccount(draft, accountId, { name, parentId, metadata, countsAsCash });

class AddDetails extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE account
      ADD COLUMN parent_id uuid,
      ADD COLUMN metadata text NOT NULL DEFAULT '{}',
      ADD COLUMN counts_as_cash boolean NOT NULL DEFAULT false`);
    this.addSql(`COMMENT ON COLUMN account.metadata IS 'Canonical JSON'`);
    this.addSql(
      ...acrossTenants(
        ["account", "book"],
        `GRANT UPDATE (name, parent_id, metadata, counts_as_cash) ON account TO CURRENT_USER`,
        // By the rule that held while it could not be chosen; `countsAsCash` of an opening has it, too.
        `UPDATE account SET counts_as_cash = type = 'ASSET' AND code ~* '^(10|cash|bank)'`,
        // The rows have columns that no digest counts: each book is proven by its log once.
        `UPDATE book SET state_digest = NULL`,
      ),
    );
    this.addSql(`ALTER TABLE account ALTER COLUMN metadata DROP DEFAULT,
      ALTER COLUMN counts_as_cash DROP DEFAULT`);
  }
}

export const ACCOUNT_DETAILS = defineSlice<RenameAccount, AccountRenamed>({
  name: "account details",
  migrations: [{ name: "0080-account-details", class: AddDetails }],
  commands: { RenameAccount: { decide: decideRenameAccount } },
  events: {
    AccountRenamed: {
      codec: codecOf("AccountRenamed"),
      evolve: evolveRenamed,
      check: (state, event) => {
        requireFund(state, event.fundId);
        refuseDetails(state, requireAccount(state, event.accountId), event);
      },
    },
  },
});
