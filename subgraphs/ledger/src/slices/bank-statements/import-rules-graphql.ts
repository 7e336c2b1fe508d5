import { invalidInput } from "@allfunds/contract/errors";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  JsonScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { ActorObject, toActor } from "../../graph/shared-types.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { EntryDimensionObject, toDimensionList } from "../dimensions/dimension-object.ts";
import { CsvMappingInput } from "./csv-mapping-input.ts";
import type { SetImportRules, StoredRules } from "./import-rules.ts";
import { BEHIND_ALL, newestRules, readRules } from "./import-rules-sql.ts";
import { StatementRuleInput, toRule, type StartStatementImportInput } from "./statement-objects.ts";
import {
  STATEMENT_DIRECTIONS,
  type StatementDirection,
  type StatementRule,
} from "./statement-rule.ts";

@ObjectType("StatementRule", { description: "Names the account of lines that read like this." })
class StatementRuleObject {
  @Field(() => [String], { description: "One of these in the text or the other party's name." })
  contains!: readonly string[];

  @Field(() => STATEMENT_DIRECTIONS, { description: "Of the lines it is for." })
  direction!: StatementDirection;

  @Field(() => ID, { description: "The account on the other side." })
  accountId!: string;

  @Field(() => [EntryDimensionObject], {
    description: "Values of dimensions that the entry on it has.",
  })
  dimensions!: EntryDimensionObject[];
}

const toRuleObject = (rule: StatementRule): StatementRuleInput & StatementRuleObject => ({
  ...rule,
  contains: [...rule.contains],
  dimensions: toDimensionList(rule.dimensions),
});

@RequiresScopes("ledger:read")
@ObjectType("ImportRules", {
  description: "How the statements of an account are read, and where their lines go: one version.",
})
class ImportRulesObject {
  @Field(() => Int, { description: "1, 2, 3 … of the account." })
  version!: number;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "How CSV is read, as CsvMappingInput; null where the file decides.",
  })
  csv!: Record<string, unknown> | null;

  @Field(() => [StatementRuleObject], { description: "The first that fits a line decides." })
  rules!: StatementRuleObject[];

  @Field(() => ID, { nullable: true, description: "Where other receipts come from." })
  receiptsAccountId!: string | null;

  @Field(() => ID, { nullable: true, description: "Where other payments go." })
  paymentsAccountId!: string | null;

  @Field(() => String, { nullable: true, description: "Why they were set, where it was given." })
  note!: string | null;

  @Field(() => DateTimeScalar, { description: "When they were set." })
  setAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who set them." })
  setBy!: ActorObject;
}

const ImportRulesConnection = connectionType("ImportRules", ImportRulesObject);

@InputType({ description: "Rules for the statements of an account, whole." })
class SetImportRulesInput {
  @Field(() => ID, { description: "The bank account." })
  accountId!: string;

  @Field(() => Int, { description: "The version that they replace; 0 when there are none yet." })
  replaces!: number;

  @Field(() => CsvMappingInput, { nullable: true, description: "How CSV is read." })
  csv?: CsvMappingInput | null;

  @Field(() => [StatementRuleInput], { description: "Up to 200; the first that fits decides." })
  rules!: StatementRuleInput[];

  @Field(() => ID, { nullable: true, description: "Where other receipts come from." })
  receiptsAccountId?: string | null;

  @Field(() => ID, { nullable: true, description: "Where other payments go." })
  paymentsAccountId?: string | null;

  @Field(() => String, { nullable: true, description: "Why, up to 500 characters." })
  note?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set them once." })
  idempotencyKey?: string | null;
}

/** An import as it was asked for, with the account's own rules where it names none. */
export async function withKeptRules<Input extends StartStatementImportInput>(
  input: Input,
  context: LedgerContext,
): Promise<Input> {
  const { id } = await requireAccount(context, input.accountId);
  const kept = (await newestRules(context, id))?.payload;
  if (kept === undefined) return input;
  const csv =
    kept.csv === null
      ? undefined
      : Object.assign(new CsvMappingInput(), kept.csv, { isKept: true });
  return Object.assign(Object.create(Object.getPrototypeOf(input) as object) as Input, input, {
    csv: input.csv ?? csv,
    rules: input.rules ?? kept.rules.map(toRuleObject),
    receiptsAccountId: input.receiptsAccountId ?? kept.receiptsAccountId,
    paymentsAccountId: input.paymentsAccountId ?? kept.paymentsAccountId,
  });
}

function toRulesObject({ payload, setBy, setAt }: StoredRules): ImportRulesObject {
  const { version, csv, rules, receiptsAccountId, paymentsAccountId, note } = payload;
  return Object.assign(new ImportRulesObject(), {
    version,
    csv,
    rules: rules.map(toRuleObject),
    receiptsAccountId,
    paymentsAccountId,
    note,
    setAt,
    setBy: toActor(setBy),
  });
}

const versionCursor = ({ version }: ImportRulesObject): string => encodeCursor([version]);

@Resolver(() => AccountObject)
export class ImportRulesResolver {
  readonly #books: CommandPort<SetImportRules>;

  constructor({ books }: { readonly books: CommandPort<SetImportRules> }) {
    this.#books = books;
  }

  @FieldResolver(() => ImportRulesObject, {
    nullable: true,
    description: "The rules its statements are imported by, unless an import names its own.",
  })
  async importRules(
    @Root() { id }: AccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<ImportRulesObject | null> {
    const stored = await newestRules(context, id);
    return stored === undefined ? null : toRulesObject(stored);
  }

  @FieldResolver(() => ImportRulesConnection, {
    description: "All versions of them, newest first.",
  })
  async importRulesHistory(
    @Root() { id }: AccountObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<ImportRulesObject>> {
    const page = toPage(args);
    const [before] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [BEHIND_ALL];
    if (!Number.isSafeInteger(before) || Number(before) > BEHIND_ALL)
      throw invalidInput("after", "is not a cursor of this list");
    const wanted = { before: Number(before), limit: page.first + 1 };
    const rows = await readRules(stores.pool, request.tenantId, id, wanted);
    return toConnection(rows.map(toRulesObject), { ...page, cursorOf: versionCursor });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description:
      "Keeps rules for the statements of an account, in its book: what an import does not name itself is taken from them. `previewStatement` shows where each line of a file would go by other rules. VERSION_CONFLICT when they replace another version than the newest.",
  })
  async setImportRules(
    @Arg("input", () => SetImportRulesInput) input: SetImportRulesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { accountId, replaces, csv, rules } = input;
    const { fundId } = await requireAccount(context, accountId);
    const content = {
      accountId,
      replaces,
      csv: csv === null || csv === undefined ? null : present(csv),
      rules: rules.map(toRule),
      receiptsAccountId: input.receiptsAccountId ?? null,
      paymentsAccountId: input.paymentsAccountId ?? null,
      note: input.note ?? null,
    };
    await this.#books.execute(context.request, {
      bookId: fundId,
      command: { kind: "SetImportRules", fundId, ...content },
      key: idempotencyKey(context.request, input.idempotencyKey, info.path.key),
      content,
    });
    return requireAccount(context, accountId);
  }
}

/** The members of an input that were given. */
const present = (input: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== null && value !== undefined),
  );
