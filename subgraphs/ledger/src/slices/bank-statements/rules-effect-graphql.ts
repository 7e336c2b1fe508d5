import { invalidInput } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { toLineObject } from "./bank-statement-graphql.ts";
import { BankStatementLineObject } from "./bank-statement-object.ts";
import { readAllocations } from "./moved-line-sql.ts";
import { decodeLine } from "./statement-codec.ts";
import type { NumberedLine } from "./statement-list-sql.ts";
import { StatementRuleInput, toRule } from "./statement-objects.ts";
import { checkRules, directionOf, ruleOf, type StatementRule } from "./statement-rule.ts";
import { readOwnAccounts, transferAccountOf, type OwnAccounts } from "./statement-sql.ts";

const MOST_LINES = 2_000;
const MOST_SHOWN = 200;

@InputType({ description: "Rules for statements that are compared with where lines went." })
class RulesEffectInput {
  @Field(() => [StatementRuleInput], {
    description: "The rules, in their order; the first that fits a line counts.",
  })
  rules!: StatementRuleInput[];

  @Field(() => ID, {
    nullable: true,
    description: "Where other receipts go; the account of unallocated ones when absent.",
  })
  receiptsAccountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Where other payments go; the account of unallocated ones when absent.",
  })
  paymentsAccountId?: string | null;

  @Field(() => Int, {
    defaultValue: MOST_LINES,
    description: `How many of the newest posted lines are compared, 1 to ${MOST_LINES}.`,
  })
  last!: number;
}

@ObjectType("RedirectedLine", { description: "A posted line that rules would put elsewhere." })
class RedirectedLineObject {
  @Field(() => ID, { description: "UUID of its statement." })
  statementId!: string;

  @Field(() => BankStatementLineObject, { description: "The line." })
  line!: BankStatementLineObject;

  @Field(() => AccountObject, { description: "The account on its other side today." })
  from!: AccountObject;

  @Field(() => AccountObject, {
    nullable: true,
    description: "Where the rules put it; null for the account of what is not allocated.",
  })
  to!: AccountObject | null;
}

@ObjectType("RulesEffect", { description: "What rules would change of lines that are posted." })
class RulesEffectObject {
  @Field(() => Int, {
    description: "Posted lines that were compared, the newest statements first.",
  })
  compared!: number;

  @Field(() => Boolean, { description: "False when the account has more posted lines." })
  isComplete!: boolean;

  @Field(() => Int, { description: "Lines among them that the rules would put elsewhere." })
  redirected!: number;

  @Field(() => [RedirectedLineObject], { description: `The first ${MOST_SHOWN} of them.` })
  lines!: RedirectedLineObject[];
}

interface PostedRow extends NumberedLine {
  readonly importId: string;
}

// Events of lines from the newest on, as many as the wanted lines may need; an undone statement has none.
const READ_POSTED = `
  SELECT c.import_id AS "importId", c.first_line + l.at::int - 1 AS number, l.line,
    NULL AS decision, NULL AS "confirmedId"
  FROM (
    SELECT s.position, s.import_id, s.first_line FROM statement_import i
    JOIN statement_event s ON s.tenant_id = $1 AND s.import_id = i.id AND s.type = 'StatementLinesRead'
    WHERE i.tenant_id = $1 AND i.account_id = $3 AND NOT EXISTS (
      SELECT FROM statement_event u
      WHERE u.tenant_id = $1 AND u.import_id = i.id AND u.type = 'StatementUndone')
    ORDER BY s.position DESC LIMIT $4) c
  JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = c.position
  CROSS JOIN LATERAL json_array_elements(e.payload->'lines') WITH ORDINALITY AS l (line, at)
  WHERE l.line->>'transactionId' IS NOT NULL
  ORDER BY c.position DESC, l.at DESC LIMIT $4`;

async function readPosted(
  reads: TenantReads,
  tenantId: string,
  { id, fundId }: AccountObject,
  limit: number,
): Promise<readonly PostedRow[]> {
  const { rows } = await reads.query<PostedRow>(READ_POSTED, [tenantId, fundId, id, limit]);
  return rows;
}

interface Rules {
  readonly rules: readonly StatementRule[];
  readonly own: OwnAccounts;
  readonly receiptsAccountId: string | null;
  readonly paymentsAccountId: string | null;
}

/** The account that rules give a line; null for what they leave unallocated. */
function targetOf(
  { rules, own, receiptsAccountId, paymentsAccountId }: Rules,
  line: ReturnType<typeof decodeLine>,
): string | null {
  const other = ruleOf(rules, line)?.accountId ?? transferAccountOf(own, line);
  return other ?? (directionOf(line) === "IN" ? receiptsAccountId : paymentsAccountId);
}

const UNALLOCATED = /^UNALLOCATED-(RECEIPTS|PAYMENTS)-/;

/** Rules on the lines that an account's statements brought, which belong to this slice though they hang on the account. */
@Resolver(() => AccountObject)
export class RulesEffectResolver {
  @Directive("@cost(weight: 50)")
  @FieldResolver(() => RulesEffectObject, {
    description:
      "Which of the posted lines of its newest statements other rules would put elsewhere; nothing is written. `moveStatementLine` moves them, `setImportRules` keeps the rules for later imports.",
  })
  async importRulesEffect(
    @Root() account: AccountObject,
    @Arg("input", () => RulesEffectInput) input: RulesEffectInput,
    @Ctx() context: LedgerContext,
  ): Promise<RulesEffectObject> {
    const { last } = input;
    if (last < 1 || last > MOST_LINES) throw invalidInput("last", `must be 1 to ${MOST_LINES}`);
    const rules = await rulesOf(context, account, input);
    const { stores, request } = context;
    const found = await readPosted(stores.pool, request.tenantId, account, last + 1);
    const rows = found.slice(0, last);
    const places = await placesOf(context, account, rows);
    const redirected: { row: PostedRow; from: AccountObject; to: string | null }[] = [];
    const accounts = new Map<string, AccountObject>();
    for (const row of rows) {
      const place = places.get(row.line.transactionId ?? "");
      if (place === undefined) continue;
      const from = accounts.get(place) ?? (await requireAccount(context, place));
      accounts.set(place, from);
      const to = targetOf(rules, decodeLine(row.line, account.currency));
      const isSame = to === null ? UNALLOCATED.test(from.code) : to === from.id;
      if (!isSame) redirected.push({ row, from, to });
    }
    const of = { fundId: account.fundId, accountId: account.id, currency: account.currency };
    const shown = redirected.slice(0, MOST_SHOWN).map(async ({ row, from, to }) => ({
      statementId: row.importId,
      line: toLineObject(row, of),
      from,
      to: to === null ? null : await requireAccount(context, to),
    }));
    return {
      compared: places.size,
      isComplete: found.length <= last,
      redirected: redirected.length,
      lines: await Promise.all(shown),
    };
  }
}

async function rulesOf(
  context: LedgerContext,
  { id, fundId, currency }: AccountObject,
  input: RulesEffectInput,
): Promise<Rules> {
  const rules = input.rules.map(toRule);
  checkRules(rules);
  const { receiptsAccountId = null, paymentsAccountId = null } = input;
  for (const each of [receiptsAccountId, paymentsAccountId])
    if (each !== null) await requireAccount(context, each);
  for (const { accountId } of rules) await requireAccount(context, accountId);
  const account = { id, fundId, currency };
  const own = await readOwnAccounts(context.stores.pool, context.request.tenantId, account);
  return { rules, own, receiptsAccountId, paymentsAccountId };
}

/** The accounts of lines that stand on one: not those that were reversed since, or that a person split. */
async function placesOf(
  { stores, request }: LedgerContext,
  { id, fundId }: AccountObject,
  rows: readonly PostedRow[],
): Promise<ReadonlyMap<string, string>> {
  const book = { tenantId: request.tenantId, bookId: fundId };
  const ids = rows.flatMap(({ line }) => (line.transactionId === null ? [] : [line.transactionId]));
  const places = new Map<string, string>();
  for (const [line, { parts }] of await readAllocations(stores.pool, book, id, ids)) {
    const [only, ...others] = parts;
    if (only !== undefined && others.length === 0) places.set(line, only.accountId);
  }
  return places;
}
