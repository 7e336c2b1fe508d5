import { z } from "zod";
import { currency, id, money } from "../endpoint/scalars.ts";
import type { AccountFieldsFragment } from "../graph/graph-types.generated.ts";

export const account = z
  .object({
    id: id("The account."),
    fundId: id("The fund whose chart it is in."),
    code: z.string().meta({ description: "Short code, unique within the fund." }),
    name: z.string().meta({ description: "Name of the account." }),
    type: z.enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"]).meta({
      description: "Kind of account; ASSET and EXPENSE grow by debits, the others by credits.",
    }),
    currency: currency("Currency of every entry on it."),
    balance: money,
    version: z.int().meta({
      description: "Grows with each change of the account; the ETag holds it.",
    }),
  })
  .meta({ id: "Account", description: "An account with its balance on the normal side." });
type Account = z.output<typeof account>;

export const toAccount = (data: AccountFieldsFragment): Account => ({
  id: data.id,
  fundId: data.fund.id,
  code: data.code,
  name: data.name,
  type: data.type,
  currency: data.currency,
  balance: data.balance,
  version: data.version,
});
