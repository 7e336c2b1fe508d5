import type { AdjustBalance } from "../accounts/adjust-balance.ts";
import type { CaptureHold } from "../holds/capture-hold.ts";
import type { ReverseTransaction } from "../reversals/reverse-transaction.ts";
import type { PostStatementLine } from "../statements/post-statement-line.ts";
import type { PostTransaction } from "../transactions/post-transaction.ts";

/** Commands that lead to a transaction, and that may have to wait for a second person. */
export type PostingCommand =
  | PostTransaction
  | AdjustBalance
  | PostStatementLine
  | ReverseTransaction
  | CaptureHold;

/** A command as JSON keeps it: what is absent is left out, minor units become text. */
export function commandToJson(command: PostingCommand): { kind: string; [name: string]: unknown } {
  const plain = JSON.stringify(command, (_name, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  return JSON.parse(plain) as { kind: string };
}

/** The command back from JSON; one that the ledger itself has written. */
export function commandOfJson(json: { readonly kind: string }): PostingCommand {
  const { kind } = json;
  if (kind !== "PostStatementLine") return json as PostingCommand;
  const line = json as unknown as PostStatementLine & { readonly amountMinor: string };
  return { ...line, amountMinor: BigInt(line.amountMinor) };
}
