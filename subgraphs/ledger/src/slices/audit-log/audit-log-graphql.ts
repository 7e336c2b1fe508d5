import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateTimeScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { FundObject } from "../funds/fund-object.ts";
import { findFund, requireFund } from "../funds/fund-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";
import { readAuditLogPage } from "./audit-log-sql.ts";
import { AuditLogEntryConnection, AuditLogEntryObject } from "./audit-log-object.ts";
import { LedgerAuthorObject, authorsAt, placeName } from "./author.ts";

@ArgsType()
class AuditLogArgs extends PageArgs {
  @Field(() => ID, {
    nullable: true,
    description: "The fund whose book it is; the tenant's own book when absent.",
  })
  fundId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Only what this user or API client did.",
  })
  actor?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this time or later." })
  from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this time or before." })
  to?: string | null;
}

const positionCursor = ({ position }: AuditLogEntryObject): string => encodeCursor([position]);
const timeOf = (text: string | null | undefined): Date | null =>
  typeof text === "string" ? new Date(text) : null;

@Resolver(() => AuditLogEntryObject)
export class AuditLogResolver {
  @RequiresScopes("audit:read")
  @Query(() => AuditLogEntryConnection, {
    description:
      "Everything that was done in a book, newest first: who, what, when, from where and with which factors.",
  })
  async ledgerTrail(
    @Args(() => AuditLogArgs) args: AuditLogArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<AuditLogEntryObject>> {
    const { stores, request } = context;
    const page = toPage(args);
    const { tenantId } = request;
    if (typeof args.fundId === "string") await requireFund(context, args.fundId);
    const book = { tenantId, bookId: args.fundId ?? tenantBookOf(tenantId) };
    const filter = { actor: args.actor ?? null, from: timeOf(args.from), to: timeOf(args.to) };
    const entries = await readAuditLogPage(stores, book, filter, page);
    return toConnection(entries, { ...page, cursorOf: positionCursor });
  }

  @FieldResolver(() => FundObject, {
    nullable: true,
    description: "The fund in whose book it stands; null for the tenant's own book.",
  })
  fund(
    @Root() { bookId }: AuditLogEntryObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject | null> {
    return findFund(context, bookId);
  }
}

/** Who posted a transaction, which belongs to this slice though it hangs on the transaction. */
@Resolver(() => TransactionObject)
export class TransactionAuthorResolver {
  @RequiresScopes("audit:read")
  @FieldResolver(() => LedgerAuthorObject, {
    nullable: true,
    description: "Who posted it, or approved its posting, and from where.",
  })
  async postedBy(
    @Root() { fundId, position }: TransactionObject,
    @Ctx() context: LedgerContext,
  ): Promise<LedgerAuthorObject | null> {
    return (await context.loader(authorsAt).load(placeName(fundId, position))) ?? null;
  }
}
