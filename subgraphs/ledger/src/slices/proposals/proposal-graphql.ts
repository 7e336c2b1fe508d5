import type { TransactionProposed } from "@allfunds/contract/events";
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
import {
  PROPOSAL_STATUSES,
  noSuchProposal,
  totalsOf,
  type ProposalCommand,
  type ProposalStatus,
} from "./proposal.ts";
import { readProposal, readProposalPage, readProposed } from "./proposal-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";

@ArgsType()
class ProposalsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Only those of this fund." })
  fundId?: string | null;

  @Field(() => PROPOSAL_STATUSES, { nullable: true, description: "Only those with this status." })
  status?: ProposalStatus | null;
}

const ageCursor = ({ proposedAt, id }: ProposalObject): string =>
  encodeCursor([proposedAt.toISOString(), id]);

@Resolver(() => ProposalObject)
export class ProposalResolver {
  readonly #books: CommandPort<ProposalCommand>;

  constructor({ books }: { readonly books: CommandPort<ProposalCommand> }) {
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

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => ProposalObject, {
    description:
      "Posts what was proposed, by the rules and balances of now. What they refuse is the answer, and the proposal goes on waiting. Never by its maker, nor through an API client of the same person.",
  })
  async approveProposal(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    return this.#decide(id, context, info, (proposalId, payload) => ({
      kind: "ApproveProposal",
      fundId: payload.fundId,
      proposalId,
      proposed: { command: payload.command, totals: totalsOf(payload) },
    }));
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
