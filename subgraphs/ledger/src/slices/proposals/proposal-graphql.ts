import { AppError } from "@allfunds/contract/errors";
import type { TransactionProposed } from "@allfunds/contract/events";
import type { RequestContext } from "@allfunds/platform/context";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { encodeCursor, toConnection, type Connection } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { findAccount } from "../accounts/account-sql.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { requireTransaction } from "../transactions/transaction-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { ProposalConnection, ProposalObject, ProposedEntryObject } from "./proposal-object.ts";
import type { ProposalCommand } from "./proposal-events.ts";
import {
  PROPOSAL_STATUSES,
  noSuchProposal,
  proposalIdOf,
  type ProposalStatus,
} from "./proposal.ts";
import {
  approvalOf,
  ApprovalRefusalObject,
  MAY_NOT_APPROVE,
  mayNotApprove,
} from "./approval-refusal.ts";
import { readProposal, readProposalPage, readProposed } from "./proposal-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { Command } from "../../engine/book.ts";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import { PostTransactionInput, toPostOrder } from "../transactions/transaction-input.ts";
import type { PostTransaction } from "../transactions/transaction.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";

@ArgsType()
export class ProposalsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Only those of this fund." })
  fundId?: string | null;

  @Field(() => PROPOSAL_STATUSES, { nullable: true, description: "Only those with this status." })
  status?: ProposalStatus | null;
}

const ageCursor = ({ proposedAt, id }: ProposalObject): string =>
  encodeCursor([proposedAt.toISOString(), id]);

@Resolver(() => ProposalObject)
export class ProposalResolver {
  readonly #books: CommandPort<ProposalCommand | PostTransaction>;

  constructor({ books }: { readonly books: CommandPort<ProposalCommand | PostTransaction> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ProposalConnection, { description: "Postings above a limit, newest first." })
  async proposals(
    @Args(() => ProposalsArgs) args: ProposalsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<ProposalObject>> {
    const page = toPage(args);
    const { fundId = null, status = null } = args;
    if (fundId !== null) await requireFund(context, fundId);
    const { stores, request } = context;
    const filter = { fundId, status };
    const proposals = await readProposalPage(stores.pool, request.tenantId, filter, page);
    return toConnection(proposals, { ...page, cursorOf: ageCursor });
  }

  @RequiresScopes("ledger:read")
  @Query(() => ProposalObject, {
    nullable: true,
    description: "One proposal, null when there is none.",
  })
  proposal(
    @Arg("id", () => ID) id: string,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<ProposalObject | null> {
    return readProposal(stores.pool, request.tenantId, id);
  }

  @FieldResolver(() => ApprovalRefusalObject, { nullable: true, description: MAY_NOT_APPROVE })
  mayNotApprove(
    @Root() proposal: ProposalObject,
    @Ctx() { request }: LedgerContext,
  ): Promise<ApprovalRefusalObject | null> {
    return mayNotApprove(this.#books, request, proposal);
  }

  @FieldResolver(() => FundObject, { description: "The fund in whose book it waits." })
  fund(@Root() { fundId }: ProposalObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "What was posted once it was approved; null when nothing was left to post.",
  })
  async transaction(
    @Root() { transactionId }: ProposalObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return transactionId === null ? null : requireTransaction(context, transactionId);
  }

  @RequiresScopes("ledger:propose")
  @Mutation(() => ProposalObject, {
    description:
      "Proposes a journal transaction of any amount: it must be one that could be posted now, and it is posted when another person approves it.",
  })
  async proposeTransaction(
    @Arg("input", () => PostTransactionInput) input: PostTransactionInput,
    @Ctx() { request, stores }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const { command, content, ...order } = toPostOrder(input, key, request.caller?.owner);
    const id = await proposedBy(this.#books, request, {
      ...order,
      command: { ...command, awaitsApproval: true },
      content: { proposed: content },
    });
    const proposal = await readProposal(stores.pool, request.tenantId, id);
    if (proposal === null) throw noSuchProposal(id);
    return proposal;
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => ProposalObject, {
    description:
      "Posts what was proposed, by the rules and balances of now. What they refuse is the answer, and the proposal goes on waiting. Never by its maker, nor through an API client of the same person. Where several have to approve it, it is posted by the last of them, and WAITING until then; APPROVAL_LIMIT_CHANGED when limits now demand more of them than when it was proposed.",
  })
  async approveProposal(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    return this.#decide(id, context, info, (_id, proposed) => approvalOf(proposed));
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => ProposalObject, {
    description: "Refuses a proposal for good. Its maker withdraws it instead.",
  })
  async rejectProposal(
    @Arg("id", () => ID) id: string,
    @Arg("reason", () => String, { description: "Why, 1 to 500 characters." }) reason: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    return this.#decide(id, context, info, (proposalId, { fundId }) => ({
      kind: "RejectProposal",
      fundId,
      proposalId,
      reason,
    }));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ProposalObject, { description: "Takes a proposal of one's own back." })
  async withdrawProposal(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    return this.#decide(id, context, info, (proposalId, { fundId }) => ({
      kind: "WithdrawProposal",
      fundId,
      proposalId,
    }));
  }

  async #decide(
    id: string,
    { request, stores }: LedgerContext,
    info: GraphQLResolveInfo,
    toCommand: (proposalId: string, payload: TransactionProposed) => ProposalCommand,
  ): Promise<ProposalObject> {
    const { tenantId } = request;
    const payload = await readProposed(stores.pool, tenantId, id);
    if (payload === undefined) throw noSuchProposal(id);
    const command = toCommand(id, payload);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: payload.fundId,
      command,
      key: idempotencyKey(request, undefined, info.path.key),
      content: { id, reason: command.kind === "RejectProposal" ? command.reason : undefined },
    });
    const decided = await readProposal(stores.pool, tenantId, id);
    if (decided === null) throw noSuchProposal(id);
    return Object.assign(decided, { replayed });
  }
}

/** The id of the proposal that an order led to: it waits, or was approved since by the same key. */
export async function proposedBy<Ordered extends Command>(
  books: CommandPort<Ordered>,
  request: RequestContext,
  order: CommandRequest<Ordered>,
): Promise<string> {
  try {
    const { events } = await books.carryOut(request, order);
    const { payload } = requireEvent(events, "TransactionPosted");
    return proposalIdOf((payload as { transactionId: string }).transactionId);
  } catch (error) {
    const isWaiting = error instanceof AppError && error.code === "APPROVAL_REQUIRED";
    if (isWaiting && error.proposalId !== undefined) return error.proposalId;
    throw error;
  }
}

@Resolver(() => ProposedEntryObject)
export class ProposedEntryResolver {
  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "The account it would stand on; null when the posting would open it first.",
  })
  account(
    @Root() { accountId }: ProposedEntryObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    return findAccount(context, accountId);
  }
}
