import { z } from "zod";
import { currency, decimal, id, instant } from "../endpoint/scalars.ts";
import type { HoldFieldsFragment } from "../graph/graph-types.generated.ts";

export const hold = z
  .object({
    id: id("The hold."),
    fundId: id("The fund in whose book it is."),
    accountId: id("The account whose balance it reserves."),
    contraAccountId: id("The account that receives captures by default.").nullable(),
    position: z.int().meta({ description: "Position of its placement in the fund's book." }),
    amount: decimal("What was reserved when it was placed."),
    captured: decimal("What was captured by transactions."),
    remaining: decimal("What is still reserved."),
    currency: currency("The account's currency."),
    status: z.enum(["ACTIVE", "CAPTURED", "VOIDED", "EXPIRED"]).meta({
      description: "ACTIVE reserves `remaining`; the others reserve nothing.",
    }),
    description: z.string().meta({ description: "What it is for." }),
    reference: z.string().nullable().meta({ description: "Reference of the client." }),
    metadata: z.record(z.string(), z.unknown()).meta({ description: "Data of the client." }),
    placedAt: instant("When the ledger recorded it."),
    expiresAt: instant("When it expires; null when it does not.").nullable(),
  })
  .meta({ id: "Hold", description: "A part of an account's balance that is reserved." });
type Hold = z.output<typeof hold>;

export const toHold = (data: HoldFieldsFragment): Hold => ({
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
  // The ledger stores a JSON object here, whatever a JSON scalar allows.
  metadata: data.metadata as Hold["metadata"],
  placedAt: data.placedAt,
  expiresAt: data.expiresAt,
});

/** The address of a hold. */
export const holdLocation = (holdId: string): string => `/api/v1/holds/${holdId}`;
