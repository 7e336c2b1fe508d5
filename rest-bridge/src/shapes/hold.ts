import { z } from "zod";
import { currency, decimal, id, instant, type MoneyShape } from "./scalars.ts";

export const hold = z
  .object({
    id: id("The hold."),
    fundId: id("The fund whose book holds it."),
    accountId: id("The account whose balance it reserves."),
    contraAccountId: id("Where captures go unless they say otherwise.").nullable(),
    position: z.int().meta({ description: "Place of its placing in the fund's book." }),
    amount: decimal("What was reserved at first."),
    captured: decimal("What became transactions."),
    remaining: decimal("What is still reserved."),
    currency: currency("The account's currency."),
    status: z.enum(["ACTIVE", "CAPTURED", "VOIDED", "EXPIRED"]).meta({
      description: "ACTIVE reserves `remaining`; the others reserve nothing any more.",
    }),
    description: z.string().meta({ description: "What it is for." }),
    reference: z.string().nullable().meta({ description: "Reference of the client." }),
    metadata: z
      .record(z.string(), z.unknown())
      .meta({ description: "Whatever the client keeps with it." }),
    placedAt: instant("When the ledger recorded it."),
    expiresAt: instant("When it ends by itself; null when it does not.").nullable(),
  })
  .meta({ id: "Hold", description: "A part of an account's balance that is reserved." });
type Hold = z.output<typeof hold>;

export const HOLD_FIELDS = /* GraphQL */ `
  fragment HoldFields on Hold {
    id
    position
    amount {
      amount
      currency
    }
    captured {
      amount
    }
    remaining {
      amount
    }
    status
    description
    reference
    metadata
    placedAt
    expiresAt
    account {
      id
      fund {
        id
      }
    }
    contraAccount {
      id
    }
  }
`;

/** What the graph answers to `HoldFields`. */
export type HoldData = Pick<
  Hold,
  "id" | "position" | "status" | "description" | "reference" | "metadata" | "placedAt" | "expiresAt"
> & {
  readonly amount: MoneyShape;
  readonly captured: { readonly amount: string };
  readonly remaining: { readonly amount: string };
  readonly account: { readonly id: string; readonly fund: { readonly id: string } };
  readonly contraAccount: { readonly id: string } | null;
};

export const toHold = (data: HoldData): Hold => ({
  id: data.id,
  fundId: data.account.fund.id,
  accountId: data.account.id,
  contraAccountId: data.contraAccount?.id ?? null,
  position: data.position,
  amount: data.amount.amount,
  captured: data.captured.amount,
  remaining: data.remaining.amount,
  currency: data.amount.currency,
  status: data.status,
  description: data.description,
  reference: data.reference,
  metadata: data.metadata,
  placedAt: data.placedAt,
  expiresAt: data.expiresAt,
});

/** Where a hold can be read again. */
export const holdLocation = (holdId: string): string => `/api/v1/holds/${holdId}`;
