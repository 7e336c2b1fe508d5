import { invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  registerEnumType,
  Resolver,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import {
  ACCOUNT_CLASSES,
  CASH_FLOW_ACTIVITIES,
  type AccountClass,
  type CashFlowActivity,
} from "../account-classes/account-class.ts";
import { AccountTypeEnum } from "../accounts/account-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { NewAccount, OpenChart } from "./chart.ts";
import { accountsOfTemplate, CHART_TEMPLATES, type ChartTemplate } from "./chart-template.ts";

registerEnumType(CHART_TEMPLATES, {
  name: "ChartTemplate",
  description: "A chart to begin with: of a company (GENERAL), or of an investment fund (FUND).",
});

@InputType({ description: "An account of a chart to open." })
class ChartAccountInput {
  @Field(() => String, {
    description: "Unique in the fund: 1 to 64 letters, digits, `.`, `:`, `_` or `-`.",
  })
  code!: string;

  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => AccountTypeEnum, { description: "Kind of account, which decides its normal side." })
  type!: AccountType;

  @Field(() => String, {
    nullable: true,
    description: "ISO 4217, or an asset with its decimals; the fund's when absent.",
  })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Code of the account it is part of: one of the fund, or before it in the list.",
  })
  parentCode?: string | null;

  @Field(() => ACCOUNT_CLASSES, { nullable: true, description: "Its place in the statements." })
  class?: AccountClass | null;

  @Field(() => CASH_FLOW_ACTIVITIES, {
    nullable: true,
    description: "Its part of the cash-flow statement.",
  })
  cashFlow?: CashFlowActivity | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether its balance is cash of the fund; by its code when absent.",
  })
  countsAsCash?: boolean | null;
}

@InputType({ description: "A chart of accounts to open: a template, accounts of yours, or both." })
class OpenChartInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => CHART_TEMPLATES, {
    nullable: true,
    description: "Accounts to begin with, in the currency of the fund.",
  })
  template?: ChartTemplate | null;

  @Field(() => [ChartAccountInput], {
    nullable: true,
    description: "Accounts of yours, behind those of the template; 1,000 in all.",
  })
  accounts?: ChartAccountInput[] | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key open once." })
  idempotencyKey?: string | null;
}

@ObjectType("OpenedChart", { description: "What opening a chart did." })
class OpenedChartObject {
  @Field(() => FundObject, { description: "The fund, with its accounts." })
  fund!: FundObject;

  @Field(() => Int, { description: "How many accounts were opened." })
  opened!: number;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@Resolver()
export class ChartResolver {
  readonly #books: CommandPort<OpenChart>;

  constructor({ books }: { readonly books: CommandPort<OpenChart> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => OpenedChartObject, {
    description:
      "Opens many accounts with their parents and classes: all of them, or none. ALREADY_EXISTS names the first code in use.",
  })
  async openChart(
    @Arg("input", () => OpenChartInput) input: OpenChartInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpenedChartObject> {
    const { fundId } = input;
    const accounts = toAccounts(input);
    if (accounts.length === 0) throw invalidInput("accounts", "or a template must be given");
    const { events, replayed } = await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: {
        kind: "OpenChart",
        fundId,
        accounts: accounts.map((account) => ({ ...account, accountId: newId() })),
      },
      key: idempotencyKey(context.request, input.idempotencyKey, info.path.key),
      content: { fundId, accounts },
    });
    const opened = events.filter(({ type }) => type === "AccountOpened").length;
    return { fund: await requireFund(context, fundId), opened, replayed };
  }
}

const toAccounts = ({ template, accounts }: OpenChartInput): readonly NewAccount[] => [
  ...(template == null ? [] : accountsOfTemplate(template)),
  ...(accounts ?? []).map(({ code, name, type, ...more }) => ({
    code,
    name,
    type,
    currency: more.currency ?? undefined,
    parentCode: more.parentCode ?? undefined,
    class: more.class ?? undefined,
    cashFlow: more.cashFlow ?? undefined,
    countsAsCash: more.countsAsCash ?? undefined,
  })),
];
