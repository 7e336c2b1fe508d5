import type { RequestContext } from "@allfunds/platform/context";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver, Root, Subscription } from "type-graphql";
import {
  AnswerObject,
  AnswerPartObject,
  AskInput,
  checkAskInput,
  toAnswerObject,
} from "./advice-graphql.ts";
import type { Advice, AnswerPart } from "./advice.ts";

/** What a resolver of questions receives. */
export interface AdviceContext {
  readonly request: RequestContext;
  readonly advice: Advice;
}

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
