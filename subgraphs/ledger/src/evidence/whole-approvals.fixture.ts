import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { payIn, type SmallFund } from "../ledger-database.fixture.ts";
import type { BookCommand, Books } from "../slices/model.ts";
import type { PostTransaction } from "../slices/transactions/transaction.ts";

/** Limits of several approvers and of a counterparty's day, and what two people approved. */
export async function approveTogether(
  books: Books,
  fund: SmallFund,
  as: (name: string) => RequestContext,
): Promise<void> {
  const { fundId } = fund;
  const send = (name: string, command: BookCommand) =>
    books.execute(as(name), { bookId: fundId, command, key: undefined, content: null });
  for (const more of [
    { amount: "500.00", approvers: 2 },
    { amount: "400.00", per: "COUNTERPARTY_DAY" },
  ] as const)
    await send("boss", { kind: "SetApprovalLimit", fundId, currency: "EUR", ...more });
  const large = payIn(fund, "500.01", { key: newId() });
  const [waiting] = await books.executeEach(as("ann"), fundId, [large], false);
  if (waiting === undefined || waiting.accepted) throw new Error("it should wait");
  const { proposalId = "" } = waiting.refusal;
  const totals = [{ currency: "EUR", amountMinor: 50_001n }];
  const proposed = { command: { ...(large.command as PostTransaction) }, totals };
  const carols = as("robot");
  const owned = { ...carols, caller: carols.caller && { ...carols.caller, owner: "carol" } };
  for (const by of [owned, as("bob")]) {
    const command = { kind: "ApproveProposal", fundId, proposalId, proposed } as const;
    await books.execute(by, { bookId: fundId, command, key: undefined, content: null });
  }
}
