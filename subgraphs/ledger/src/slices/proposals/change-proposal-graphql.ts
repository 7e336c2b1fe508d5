import type { ChangeProposed } from "@allfunds/contract/events";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { encodeCursor, toConnection, type Connection } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { toPage } from "../../graph/page-args.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { PeriodObject } from "../periods/period-object.ts";
import { requirePeriod } from "../periods/period-sql.ts";
import {
  approvalOf,
  ApprovalRefusalObject,
  MAY_NOT_APPROVE,
  mayNotApprove,
} from "./approval-refusal.ts";
import { ChangeProposalConnection, ChangeProposalObject } from "./change-proposal-object.ts";
import { ProposalsArgs } from "./proposal-graphql.ts";
import { readChange, readChangePage, readProposedChange } from "./proposal-sql.ts";
import type { ProposalCommand } from "./proposal-events.ts";
import { noSuchProposal } from "./proposal.ts";

const ageCursor = ({ proposedAt, id }: ChangeProposalObject): string =>
  encodeCursor([proposedAt.toISOString(), id]);

@Resolver(() => ChangeProposalObject)
export class ChangeProposalResolver {
  readonly #books: CommandPort<ProposalCommand>;

  constructor({ books }: { readonly books: CommandPort<ProposalCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ChangeProposalConnection, {
    description:
      "Sensitive changes that need or needed approval, newest first. Those of the tenant's limits are seen by callers with a grant for every fund.",
  })
  async changeProposals(
    @Args(() => ProposalsArgs) args: ProposalsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<ChangeProposalObject>> {
    const page = toPage(args);
    const { fundId = null, status = null } = args;
    if (fundId !== null) await requireFund(context, fundId);
    const { stores, request } = context;
    const changes = await readChangePage(stores.pool, request.tenantId, { fundId, status }, page);
    return toConnection(changes, { ...page, cursorOf: ageCursor });
  }

  @RequiresScopes("ledger:read")
  @Query(() => ChangeProposalObject, {
    nullable: true,
    description: "One proposed change, null when there is none.",
  })
  changeProposal(
    @Arg("id", () => ID) id: string,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<ChangeProposalObject | null> {
    return readChange(stores.pool, request.tenantId, id);
  }

  @FieldResolver(() => ApprovalRefusalObject, { nullable: true, description: MAY_NOT_APPROVE })
  mayNotApprove(
    @Root() change: ChangeProposalObject,
    @Ctx() { request }: LedgerContext,
  ): Promise<ApprovalRefusalObject | null> {
    return mayNotApprove(this.#books, request, change);
  }

  @FieldResolver(() => FundObject, {
    nullable: true,
    description: "The fund in whose book it waits; null for a limit of the tenant.",
  })
  async fund(
    @Root() { fundId }: ChangeProposalObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject | null> {
    return fundId === null ? null : requireFund(context, fundId);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "The account that it is about; null for a period and a limit.",
  })
  async account(
    @Root() { accountId }: ChangeProposalObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    return accountId === null ? null : requireAccount(context, accountId);
  }

  @FieldResolver(() => PeriodObject, {
    nullable: true,
    description: "The closed period that it would reopen; null for all else.",
  })
  async period(
    @Root() { periodId }: ChangeProposalObject,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<PeriodObject | null> {
    return periodId === null ? null : requirePeriod(stores.pool, request.tenantId, periodId);
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => ChangeProposalObject, {
    description:
      "Makes a change that was proposed, by the rules of now. What they refuse is the answer, and it goes on waiting. FORBIDDEN for its maker and the maker's API clients, and for who is no administrator where one is needed; VERSION_CONFLICT when what it would change is no longer what it showed, APPROVAL_LIMIT_CHANGED when limits now demand more approvers. Where several have to approve it, it is made by the last of them, and WAITING until then.",
  })
  approveChange(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposalObject> {
    return this.#decide(id, context, info, approvalOf);
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => ChangeProposalObject, {
    description: "Refuses a proposed change for good. Its maker withdraws it instead.",
  })
  rejectChange(
    @Arg("id", () => ID) id: string,
    @Arg("reason", () => String, { description: "Why, 1 to 500 characters." }) reason: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposalObject> {
    return this.#decide(id, context, info, ({ fundId }) => ({
      kind: "RejectProposal",
      fundId,
      proposalId: id,
      reason,
    }));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ChangeProposalObject, {
    description: "Takes a proposed change of one's own back.",
  })
  withdrawChange(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposalObject> {
    return this.#decide(id, context, info, ({ fundId }) => ({
      kind: "WithdrawProposal",
      fundId,
      proposalId: id,
    }));
  }

  async #decide(
    id: string,
    { request, stores }: LedgerContext,
    info: GraphQLResolveInfo,
    toCommand: (payload: ChangeProposed) => ProposalCommand,
  ): Promise<ChangeProposalObject> {
    const { tenantId } = request;
    const payload = await readProposedChange(stores.pool, tenantId, id);
    if (payload === undefined) throw noSuchProposal(id);
    const command = toCommand(payload);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: payload.fundId ?? tenantBookOf(tenantId),
      command,
      key: idempotencyKey(request, undefined, info.path.key),
      content: { id, reason: command.kind === "RejectProposal" ? command.reason : undefined },
    });
    const decided = await readChange(stores.pool, tenantId, id);
    if (decided === null) throw noSuchProposal(id);
    return Object.assign(decided, { replayed });
  }
}
