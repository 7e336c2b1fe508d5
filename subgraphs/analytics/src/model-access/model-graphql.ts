import type { RequestContext } from "@allfunds/platform/context";
import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { readQuestion } from "../questions/backlog.ts";
import {
  connectionType,
  CursorScalar,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  Arg,
  Ctx,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from "type-graphql";
import {
  CALL_OUTCOMES,
  readCalls,
  type CallOutcome,
  type ModelCall,
} from "../language-model/calls.ts";
import {
  MODEL_STATES,
  type ModelAccess,
  type ModelState,
  type ModelStatus,
} from "./model-access.ts";

registerEnumType(MODEL_STATES, {
  name: "ModelState",
  description: "Whether the language model answers for the tenant.",
  valuesConfig: {
    READY: { description: "It answers what the built-in model is unsure of." },
    NO_KEY: { description: "This system has no key for one." },
    NO_CONSENT: { description: "The tenant has not consented that texts leave." },
    REFUSED: { description: "The service refuses this system's configuration." },
    BUDGET_SPENT: { description: "The tenant's tokens of the day are spent." },
  },
});

registerEnumType(CALL_OUTCOMES, {
  name: "ModelCallOutcome",
  description: "How a call of the language model ended.",
  valuesConfig: {
    ANSWERED: { description: "With a complete answer." },
    CONTENT: { description: "The service refused the content, or its answer was of no use." },
    CONFIGURATION: { description: "The service refused the key, the model's name or the region." },
    SERVICE: { description: "The service failed, or did not answer in time." },
    ENDED: { description: "Its caller ended it." },
  },
});

@ObjectType("ModelConsent", { description: "A decision whether texts may leave." })
class ModelConsentObject {
  @Field(() => Boolean, { description: "True for consent, false for its withdrawal." })
  given!: boolean;

  @Field(() => String, { description: "Who decided: the id of a user, or `command`, or `demo`." })
  decidedBy!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  decidedAt!: Date;
}

@ObjectType("ModelStatus", { description: "The language model, as far as it concerns the tenant." })
class ModelStatusObject implements ModelStatus {
  @Field(() => MODEL_STATES, { description: "Whether it answers." })
  state!: ModelState;

  @Field(() => String, { description: "The same in a sentence, with what has to be done." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Its name; null without a key." })
  model!: string | null;

  @Field(() => ModelConsentObject, {
    nullable: true,
    description: "The tenant's newest decision; null when it has made none, which is no consent.",
  })
  consent!: ModelConsentObject | null;

  @Field(() => SafeIntScalar, {
    description: "Most tokens of a UTC day, of prompts and answers together.",
  })
  tokensPerDay!: number;

  @Field(() => SafeIntScalar, { description: "Tokens of today's calls that have ended." })
  tokensSpent!: number;

  @Field(() => SafeIntScalar, { description: "Tokens reserved for calls that have not ended." })
  tokensReserved!: number;

  @Field(() => Int, { description: "Transactions that wait for a category of the model." })
  questionsWaiting!: number;

  @Field(() => Int, { description: "Transactions that the model gave no usable answer for." })
  questionsSetAside!: number;
}

@ObjectType("ModelCall", {
  description: "A call of the language model. What was sent and answered is not kept.",
})
class ModelCallObject implements ModelCall {
  @Field(() => ID, { description: "UUID of the call." })
  id!: string;

  @Field(() => String, { description: "What it was for: CATEGORIZE or ADVISE." })
  purpose!: ModelCall["purpose"];

  @Field(() => String, { description: "Name of the model." })
  model!: string;

  @Field(() => SafeIntScalar, { description: "Tokens of the prompt." })
  inputTokens!: number;

  @Field(() => SafeIntScalar, { description: "Tokens of the answer and of the model's thoughts." })
  outputTokens!: number;

  @Field(() => Boolean, {
    description:
      "The service reported no tokens, or what cannot be: the most it can be is counted.",
  })
  isEstimate!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "What it cost, an exact decimal; null where no price is configured.",
  })
  cost!: string | null;

  @Field(() => String, { nullable: true, description: "Currency of the cost." })
  currency!: string | null;

  @Field(() => Int, { description: "From the request to the end of the answer, in milliseconds." })
  latencyMs!: number;

  @Field(() => CALL_OUTCOMES, { description: "How it ended." })
  outcome!: CallOutcome;

  @Field(() => String, { nullable: true, description: "Of a failure: what happened." })
  problem!: string | null;

  @Field(() => DateTimeScalar, { description: "When it ended." })
  at!: Date;
}

const ModelCallConnection = connectionType("ModelCall", ModelCallObject);

export interface ModelContext {
  readonly request: RequestContext;
  readonly reads: TenantReads;
}

@Resolver()
export class ModelResolver {
  readonly #access: ModelAccess;

  constructor(access: ModelAccess) {
    this.#access = access;
  }

  @RequiresScopes("analytics:read")
  @Query(() => ModelStatusObject, {
    description: "Whether a language model answers for the tenant, and if not, why.",
  })
  modelStatus(@Ctx() { request }: ModelContext): Promise<ModelStatusObject> {
    return this.#access.statusOf(request.tenantId);
  }

  @RequiresScopes("admin")
  @Query(() => ModelCallConnection, {
    description: "The tenant's calls of the language model in the last 30 days, newest first.",
  })
  async modelCalls(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request, reads }: ModelContext,
  ): Promise<Connection<ModelCallObject>> {
    const page = { first: pageSize(first), before: idIn(after) };
    const calls = await readCalls(reads, request.tenantId, page);
    return toConnection<ModelCallObject>(calls, {
      first: page.first,
      after,
      cursorOf: ({ id }) => encodeCursor([id]),
    });
  }

  @RequiresScopes("analytics:run")
  @Query(() => String, {
    description:
      "Exactly what would be sent to the language model for a text or a posted transaction, as JSON. Nothing is sent. INVALID_INPUT for neither or both, TRANSACTION_NOT_FOUND.",
  })
  async modelPreview(
    @Arg("text", () => String, { nullable: true, description: "1 to 2000 characters." })
    text: string | null | undefined,
    @Arg("transactionId", () => ID, { nullable: true, description: "A posted transaction." })
    transactionId: string | null | undefined,
    @Ctx() { request: { tenantId }, reads }: ModelContext,
  ): Promise<string> {
    const question =
      typeof transactionId === "string" && typeof text !== "string"
        ? await readQuestion(reads, tenantId, requireId(transactionId))
        : { id: "", text: requireText(text, transactionId), direction: null };
    if (question === undefined) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${transactionId}.`);
    }
    return this.#access.preview(tenantId, [question]);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ModelStatusObject, {
    description:
      "Gives or withdraws the tenant's consent that redacted texts of its transactions go to the language model. With consent, what the built-in model was unsure of is queued; without, nothing leaves from then on. A repeat changes nothing.",
  })
  async setModelConsent(
    @Arg("given", () => Boolean, { description: "True to give consent, false to withdraw it." })
    given: boolean,
    @Ctx() { request }: ModelContext,
  ): Promise<ModelStatusObject> {
    await this.#access.decide(request.tenantId, given, request.actor);
    return this.#access.statusOf(request.tenantId);
  }
}

function requireId(id: string): string {
  if (isId(id)) return id;
  throw invalidInput("transactionId", "must be a UUID");
}

const LONGEST_TEXT = 2_000;

function requireText(text: string | null | undefined, other: string | null | undefined): string {
  const isOne = typeof text === "string" && typeof other !== "string";
  if (!isOne) throw invalidInput("text", "give a text or a transaction, not both");
  if (text.trim() !== "" && text.length <= LONGEST_TEXT) return text;
  throw invalidInput("text", `must have 1 to ${LONGEST_TEXT} characters`);
}

/** The id in a cursor; null without one. */
export function idIn(cursor: string | null | undefined): string | null {
  if (typeof cursor !== "string") return null;
  const [id] = decodeCursor(cursor, 1);
  if (typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return id;
}
