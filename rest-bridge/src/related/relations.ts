import { z } from "zod";
import { account, toAccount } from "../accounts/account.ts";
import { currency, date, id } from "../endpoint/scalars.ts";
import { fund } from "../funds/funds.ts";
import type { RestRelatedQuery } from "../graph/graph-types.generated.ts";
import { toTransaction, transaction } from "../transactions/transaction.ts";

const shareClass = z
  .object({
    id: id("The share class."),
    fundId: id("Its fund."),
    code: z.string().meta({ description: "Short code, unique in the fund." }),
    name: z.string().meta({ description: "Name of the class." }),
    isin: z.string().meta({ description: "ISIN of the class." }),
    currency: currency("Currency of its orders and NAV."),
    launchDate: date("First day of the class."),
    state: z.string().meta({ description: "Which orders it takes." }),
  })
  .meta({ id: "ShareClass", description: "A share class of a fund." });

const investor = z
  .object({
    id: id("The investor."),
    reference: z.string().nullable().meta({ description: "Reference of the client." }),
  })
  .meta({ id: "Investor", description: "An investor, without personal data." });

type Found = NonNullable<RestRelatedQuery["nodes"][number]>;

/** What a thing of the graph is in REST; undefined for a kind that no answer refers to. */
export function toRelated(found: Found): object | undefined {
  switch (found.__typename) {
    case "Fund":
      return { id: found.id, name: found.name, currency: found.currency };
    case "Account":
      return toAccount(found);
    case "Transaction":
      return toTransaction(found);
    case "Investor":
      return { id: found.id, reference: found.investorReference };
    case "ShareClass":
      return {
        id: found.id,
        fundId: found.fund.id,
        code: found.classCode,
        name: found.className,
        isin: found.isin,
        currency: found.classCurrency,
        launchDate: found.launchDate,
        state: found.classState,
      };
    case "CurrencyTrade":
    case "InvestorAccount":
    case "Order":
    case "PortfolioAction":
    case "Security":
    case "Trade":
    case "Valuation":
      return undefined;
  }
}

interface Relation {
  /** The member that has the id. */
  readonly idMember: string;
  readonly schema: z.ZodType;
}

/** What can be expanded, by the name under which it then stands beside the member with its id. */
export const RELATIONS: Readonly<Record<string, Relation>> = {
  account: { idMember: "accountId", schema: account },
  contraAccount: { idMember: "contraAccountId", schema: account },
  fund: { idMember: "fundId", schema: fund },
  transaction: { idMember: "transactionId", schema: transaction },
  shareClass: { idMember: "classId", schema: shareClass },
  investor: { idMember: "investorId", schema: investor },
  toInvestor: { idMember: "toInvestorId", schema: investor },
};
