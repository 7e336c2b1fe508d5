import { invalidInput } from "@allfunds/contract/errors";
import { fundNotFound } from "@allfunds/contract/feed";
import { parseAmount } from "@allfunds/contract/money";
import { seesFund } from "@allfunds/platform/auth";
import type { BookContext } from "@allfunds/platform/feed";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  DateScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  Info,
  Int,
  Mutation,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import { isCategoryCode } from "../classification/taxonomy.ts";
import { startOf } from "./budget.ts";
import type { BudgetPeriod } from "./budget.ts";
import {
  BudgetFactConnection,
  BudgetPeriodEnum,
  FundBudgetsObject,
  SetBudgetInput,
  SetBudgetObject,
  toBudgets,
  toFactObject,
  toSet,
} from "./budget-objects.ts";
import type { BudgetFactObject } from "./budget-objects.ts";
import { listBudgetFacts, readBudgets, setBudget } from "./budget-store.ts";
import type { BudgetDraft, BudgetParts } from "./budget-store.ts";

/** What a resolver of budgets receives. */
export interface BudgetContext extends BookContext {
  readonly reads: TenantReads;
}

const FIRST_YEAR = "2000";
const LAST_YEAR = "2100";

@Resolver()
export class BudgetResolver {
  readonly #parts: BudgetParts;

  constructor(parts: BudgetParts) {
    this.#parts = parts;
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => SetBudgetObject, {
    description:
      "Sets what may be spent in a category each month or year, or takes it away. INVALID_INPUT, INVALID_AMOUNT, FUND_NOT_FOUND, OPERATION_LIMIT_EXCEEDED (5,000 facts of a fund) and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async setBudget(
    @Arg("input", () => SetBudgetInput, { description: "The budget." }) input: SetBudgetInput,
    @Ctx() { request }: BudgetContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SetBudgetObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const draft = toDraft(input);
    if (!seesFund(request, draft.fundId)) throw fundNotFound();
    return toSet(await setBudget(this.#parts, request, draft, key));
  }
}

@Resolver(() => FundEntity)
export class FundBudgetResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => FundBudgetsObject, {
    nullable: true,
    description:
      "Budgets by category beside what was spent; waits up to 1.5 s for the last position. Money counts as in `spendingByCategory`: what a reversal or refund took back is not spent.",
  })
  async budgets(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitBook, reads }: BudgetContext,
    @Arg("period", () => BudgetPeriodEnum, { description: "Month or calendar year." })
    period: BudgetPeriod,
    @Arg("of", () => DateScalar, { description: "Any day of the period, from 2000 to 2100." })
    of: string,
  ): Promise<FundBudgetsObject> {
    requireYear("of", of);
    await awaitBook(fund);
    const start = startOf(period, of);
    return toBudgets(
      { period, start },
      await readBudgets(reads, request.tenantId, { fundId: fund.id, period, start }),
    );
  }

  @RequiresScopes("analytics:read")
  @FieldResolver(() => BudgetFactConnection, {
    nullable: true,
    description: "What was set for budgets of the fund, newest first.",
  })
  async budgetFacts(
    @Root() { id }: FundEntity,
    @Ctx() { request, reads }: BudgetContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<BudgetFactObject>> {
    if (!seesFund(request, id)) throw fundNotFound();
    const size = pageSize(first);
    const page = { fundId: id, before: versionOf(after), limit: size + 1 };
    const found = await listBudgetFacts(reads, request.tenantId, page);
    return toConnection(found.map(toFactObject), {
      first: size,
      after,
      cursorOf: ({ version }) => encodeCursor([version]),
    });
  }
}

function versionOf(after: string | null | undefined): number | null {
  if (after === null || after === undefined) return null;
  const [version] = decodeCursor(after, 1);
  if (typeof version !== "number" || !Number.isSafeInteger(version))
    throw invalidInput("after", "is not a cursor of this list");
  return version;
}

function requireYear(field: string, date: string): void {
  if (date < FIRST_YEAR || date > `${LAST_YEAR}-12-31`)
    throw invalidInput(field, `must be from ${FIRST_YEAR} to ${LAST_YEAR}`);
}

function toDraft(input: SetBudgetInput): BudgetDraft & { readonly fundId: string } {
  const { fundId, category, period, currency, from, until = null, amount, rollsOver } = input;
  if (!isId(fundId)) throw invalidInput("fundId", "must be a UUID");
  if (!isCategoryCode(category)) throw invalidInput("category", "is not the code of a category");
  requireYear("from", from);
  if (until !== null) requireYear("until", until);
  const [first, last] = [startOf(period, from), until === null ? null : startOf(period, until)];
  if (last !== null && last < first) throw invalidInput("until", "must not be before from");
  if (rollsOver && period === "YEAR") throw invalidInput("rollsOver", "is of months only");
  const amountMinor =
    amount === null || amount === undefined ? null : parseAmount(amount, currency);
  if (amountMinor !== null && amountMinor < 0n)
    throw invalidInput("amount", "must not be negative");
  return { fundId, category, period, currency, first, last, amountMinor, rollsOver };
}
