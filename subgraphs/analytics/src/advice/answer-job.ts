import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import { defineJobKind, type Job, type JobKind } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import { AnswerObject, toAnswerObject, type CheckedQuestion } from "./advice-graphql.ts";
import type { Advice, AdviceContext } from "./advice.ts";
import type { Answer } from "./answer-question.ts";

export const ANSWER = "answer";

/** Answers a question with tokens of who asked it, which the issuer refuses once that person may no longer sign in. */
export const answerKind = (advice: Advice): JobKind =>
  defineJobKind<CheckedQuestion, Answer>({
    name: ANSWER,
    actsForRequester: true,
    run: async ({ payload: question, context, delegation, signal, report }) => {
      report({ done: 0, total: 1 });
      const token = advice.tokensOf(delegation, question);
      return advice.answer({ request: { ...context, signal }, token }, question);
    },
  });

@ObjectType("AnswerJob", {
  implements: JobObject,
  description: "The answer to a question, as a job; its progress is in questions.",
})
export class AnswerJobObject extends JobObject {
  @Field(() => Boolean, {
    description: "Whether an earlier request with the same key made this job.",
  })
  replayed!: boolean;

  asked!: string;
  stored!: Answer | null;
}

/** A job of the kind as clients see it. */
export const toAnswerJob = (job: Job, replayed: boolean): AnswerJobObject =>
  Object.assign(new AnswerJobObject(), jobFields(job), {
    replayed,
    asked: (job.payload as CheckedQuestion).text,
    stored: job.state === "SUCCEEDED" ? (job.result as Answer) : null,
  });

@Resolver(() => AnswerJobObject)
export class AnswerJobResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: "The question; only for the caller who asked, else null.",
  })
  question(
    @Root() { requestedBy, asked }: AnswerJobObject,
    @Ctx() { request }: AdviceContext,
  ): string | null {
    return requestedBy === request.actor ? asked : null;
  }

  @FieldResolver(() => AnswerObject, {
    nullable: true,
    description:
      "Null until it has SUCCEEDED, and for other callers than the one who asked: it was made with that caller's rights.",
  })
  answer(
    @Root() { requestedBy, stored }: AnswerJobObject,
    @Ctx() { request }: AdviceContext,
  ): AnswerObject | null {
    return stored === null || requestedBy !== request.actor ? null : toAnswerObject(stored);
  }
}
