import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { JobObject } from "@allfunds/platform/jobs/graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver, Root, Subscription } from "type-graphql";
import {
  AnswerObject,
  AnswerPartObject,
  AskInput,
  checkAskInput,
  toAnswerObject,
} from "./advice-graphql.ts";
import type { AdviceContext, AnswerPart } from "./advice.ts";
import { ANSWER, AnswerJobObject } from "./answer-job.ts";

interface SubscribeInput {
  readonly args: { readonly input: AskInput };
  readonly context: AdviceContext;
}

@Resolver()
export class AdviceResolver {
  @RequiresScopes("analytics:run")
  @Mutation(() => AnswerObject, {
    description:
      "Answers a question about the books and figures that the caller may see. Every figure is a fact with its source; no trade is ever advised. FUND_NOT_FOUND when the fund is not there.",
  })
  async ask(
    @Arg("input", () => AskInput, { description: "The question." }) input: AskInput,
    @Ctx() { request, advice }: AdviceContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AnswerObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    return toAnswerObject(await advice.ask(request, checkAskInput(input), key));
  }

  @RequiresScopes("analytics:run")
  @Mutation(() => AnswerJobObject, {
    description:
      "The same as a job, which answers after the caller's token has expired: `analyticsJob` and `analyticsJobUpdated` have the answer. It acts by token exchange (RFC 8693) for the caller and no wider; DELEGATION_REFUSED once the caller's sign-in has ended. DELEGATION_UNSUPPORTED where the issuer has no token exchange: then use `ask`. RATE_LIMITED while too many jobs of the tenant wait or run.",
  })
  async startAnswer(
    @Arg("input", () => AskInput, { description: "The question." }) input: AskInput,
    @Ctx() { request, advice, jobs }: AdviceContext & JobContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const payload = checkAskInput(input);
    if (payload.fundId !== null && !seesFund(request, payload.fundId)) {
      throw new AppError("FUND_NOT_FOUND", `There is no fund ${payload.fundId}.`);
    }
    const delegation = await advice.delegate(request);
    return jobs.request(request, { kind: ANSWER, bookId: null, payload, key, delegation });
  }

  @RequiresScopes("analytics:run")
  @Subscription(() => AnswerPartObject, {
    description:
      "Answers a question in parts: each sentence as soon as it was checked, at last the complete answer.",
    subscribe: ({ args, context: { request, advice } }: SubscribeInput) =>
      advice.stream(request, checkAskInput(args.input)),
  })
  answerStreamed(
    @Root() { sentence, answer }: AnswerPart,
    @Arg("input", () => AskInput, { description: "The question." }) _input: AskInput,
  ): AnswerPartObject {
    return { sentence, answer: answer === null ? null : toAnswerObject(answer) };
  }
}
