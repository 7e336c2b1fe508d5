import { z } from "zod";
import { currency, decimal, id } from "../endpoint/scalars.ts";

const nullable = (description: string) => decimal(description).nullable();

/** One account in a report, as REST answers it. */
export const reportLine = z
  .object({
    value: z
      .string()
      .nullable()
      .optional()
      .meta({ description: "With `dimension`: the value, null for what has none of it." }),
    accountId: id("The account; its entries are at `/api/v1/ledger?accountId=`."),
    code: z.string().meta({ description: "Code of the account." }),
    name: z.string().meta({ description: "Name of the account." }),
    type: z
      .enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"])
      .meta({ description: "Kind of account." }),
    currency: currency("Currency of the amounts."),
    debit: nullable("Debits less credits where that is positive; null of a cash flow."),
    credit: nullable("Credits less debits where that is positive; null of a cash flow."),
    amount: decimal("On the account's normal side; of a cash flow, positive came in."),
    activity: z
      .enum(["OPERATING", "INVESTING", "FINANCING"])
      .nullable()
      .meta({ description: "Of a cash flow: the part of the statement; else null." }),
  })
  .meta({ id: "ReportLine", description: "One account in a report." });

export type Line = z.output<typeof reportLine>;

const NAME = "[a-z][A-Za-z0-9]{0,39}";

/** The parameter that keeps to entries without a value of some dimensions. */
export const withoutDimensions = z
  .string()
  .regex(new RegExp(`^${NAME}(?:,${NAME}){0,19}$`))
  .optional()
  .meta({
    description:
      "With `dimension`: only entries that have no value of any of these dimensions, separated by commas.",
  });
