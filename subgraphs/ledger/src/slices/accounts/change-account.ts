import type { BookCommand } from "../model.ts";
import type { Books } from "../model.ts";
import { requireAccount } from "../../graph/find.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "./account-object.ts";

/** Carries out a command on one account, which says all that the client content, and answers with the account. */
export async function changeAccount(
  books: Books,
  context: LedgerContext,
  { accountId, key }: { readonly accountId: string; readonly key: string | undefined },
  toCommand: (fundId: string) => BookCommand,
): Promise<AccountObject> {
  const { fundId } = await requireAccount(context, accountId);
  const command = toCommand(fundId);
  const { replayed } = await books.carryOut(context.request, {
    bookId: fundId,
    command,
    key,
    content: command,
  });
  return Object.assign(await requireAccount(context, accountId), { replayed });
}
