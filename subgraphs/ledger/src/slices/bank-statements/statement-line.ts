import { formatAmount } from "@allfunds/contract/money";
import { z } from "zod";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { evolveAccountOpened, requireAccount } from "../accounts/account.ts";
import {
  resolveContra,
  storedContra,
  type ContraAccount,
} from "../contra-accounts/contra-account.ts";
import { checkParts, storedParts, type LinePart } from "./line-part.ts";
import { counterpartyOfIban } from "../counterparties/counterparty.ts";
import { COUNTERPARTY_DIMENSION, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decidePostTransaction,
  storedPosting,
  type RequestedEntry,
} from "../transactions/transaction.ts";

/** The command to post one booked line of a bank statement against its contra account. */
export interface PostStatementLine {
  readonly kind: "PostStatementLine";
  readonly fundId: string;
  readonly transactionId: string;
  /** The bank account. */
  readonly accountId: string;
  /** Signed minor units as the bank sees it: positive came in, negative went out. */
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty?: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly importId: string;
  readonly contra: ContraAccount;
  /** Its other side on several accounts, instead of the contra account. */
  readonly parts?: readonly LinePart[] | undefined;
}

export const storedStatementLine = z.object({
  kind: z.literal("PostStatementLine"),
  ...storedPosting,
  accountId: z.string(),
  amountMinor: z.string().transform(BigInt),
  counterparty: z.string().optional(),
  importId: z.string(),
  contra: storedContra,
  parts: storedParts.optional(),
});

export function decidePostStatementLine(
  command: PostStatementLine,
  state: BookState,
): DomainEvent[] {
  requireFund(state, command.fundId);
  const account = requireAccount(state, command.accountId);
  const { parts } = command;
  const cameIn = command.amountMinor > 0n;
  const minor = cameIn ? command.amountMinor : -command.amountMinor;
  if (parts !== undefined) checkParts(parts, minor, account, state);
  const contra = parts === undefined ? resolveContra(command.contra, account, state) : undefined;
  const draft = state.fork();
  if (contra?.opening !== undefined) evolveAccountOpened(draft, contra.opening);
  const amount = formatAmount(minor, account.currency);
  const others = parts ?? [
    { accountId: contra?.accountId ?? "", amount, dimensions: command.contra.dimensions },
  ];
  const counterparty = counterpartyDimension(command, state);
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: {
        kind: "STATEMENT",
        importId: command.importId,
        ...(command.counterparty === undefined ? {} : { counterparty: command.counterparty }),
      },
      entries: [
        { accountId: account.id, side: cameIn ? "DEBIT" : "CREDIT", amount },
        ...others.map((part): RequestedEntry => ({
          ...part,
          side: cameIn ? "CREDIT" : "DEBIT",
          dimensions:
            counterparty === undefined ? part.dimensions : { ...counterparty, ...part.dimensions },
        })),
      ],
    },
    draft,
  );
  return contra?.opening === undefined ? posted : [contra.opening, ...posted];
}

/** Who paid or was paid, when the bank's IBAN is that of a counterparty of the fund. */
function counterpartyDimension(
  { metadata }: PostStatementLine,
  state: BookState,
): EntryDimensions | undefined {
  const iban = metadata["counterpartyIban"];
  const counterparty = typeof iban === "string" ? counterpartyOfIban(state, iban) : undefined;
  return counterparty === undefined ? undefined : { [COUNTERPARTY_DIMENSION]: counterparty };
}
