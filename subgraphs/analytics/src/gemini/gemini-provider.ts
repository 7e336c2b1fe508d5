import { GoogleGenerativeAI, GoogleGenerativeAIFetchError } from "@google/generative-ai";
import type { EnhancedGenerateContentResponse, GenerativeModel } from "@google/generative-ai";
import type { Logger } from "@allfunds/platform/logging";
import { CALL_POLICY, createCallPolicy } from "./call-policy.ts";
import type { CallPolicyOptions } from "./call-policy.ts";
import { ContentBlocked, ProviderUnavailable } from "./category-provider.ts";
import type { CategoryProvider } from "./category-provider.ts";
import { readAnswers, RESPONSE_SCHEMA, SYSTEM_INSTRUCTION, userContent } from "./prompt.ts";
import type { TokenBudget } from "./token-budget.ts";

export interface GeminiOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Address of the service when it is not Google's own. */
  readonly baseUrl: string | undefined;
  readonly timeoutMs: number;
  readonly budget: TokenBudget;
  readonly logger: Logger;
  readonly policy?: CallPolicyOptions;
}

const BUDGET_PAUSE_MS = 15 * 60_000;
const REFUSED_PAUSE_MS = 5 * 60_000;

/** Categories from a Gemini model, through Google's SDK. */
export function createGeminiProvider(options: GeminiOptions): CategoryProvider {
  const model = openModel(options);
  const call = createCallPolicy(options.policy ?? CALL_POLICY);
  return {
    model: options.model,
    categorise: async (questions, signal) => {
      if (!(await options.budget.isLeft())) {
        throw new ProviderUnavailable("the token budget of the day is spent", {
          retryAfterMs: BUDGET_PAUSE_MS,
        });
      }
      const response = await call(() => generate(model, userContent(questions), signal), signal);
      await options.budget.record(response.usageMetadata?.totalTokenCount ?? 0);
      try {
        return readAnswers(answerText(response), questions);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        options.logger.warn({ err: error }, "the model's answer was not JSON");
        return [];
      }
    },
  };
}

function openModel({ apiKey, model, baseUrl, timeoutMs }: GeminiOptions): GenerativeModel {
  return new GoogleGenerativeAI(apiKey).getGenerativeModel(
    {
      model,
      systemInstruction: SYSTEM_INSTRUCTION,
      generationConfig: {
        temperature: 0,
        responseMimeType: "application/json",
        responseSchema: RESPONSE_SCHEMA,
      },
    },
    { timeout: timeoutMs, ...(baseUrl === undefined ? {} : { baseUrl }) },
  );
}

async function generate(
  model: GenerativeModel,
  content: string,
  signal: AbortSignal | undefined,
): Promise<EnhancedGenerateContentResponse> {
  try {
    const { response } = await model.generateContent(
      content,
      signal === undefined ? {} : { signal },
    );
    return response;
  } catch (error) {
    if (
      error instanceof GoogleGenerativeAIFetchError &&
      [401, 403, 404].includes(error.status ?? 0)
    ) {
      throw new ProviderUnavailable("the key or the model name is refused", {
        cause: error,
        retryAfterMs: REFUSED_PAUSE_MS,
      });
    }
    throw error;
  }
}

/** The answer without the model's thoughts: the SDK's own `text()` would mix them in. */
function answerText(response: EnhancedGenerateContentResponse): string {
  const candidate = response.candidates?.[0];
  const blocked = response.promptFeedback?.blockReason ?? blockedBy(candidate?.finishReason);
  if (blocked !== undefined) throw new ContentBlocked(blocked);
  return (candidate?.content?.parts ?? [])
    .filter((part) => !("thought" in part && part.thought === true))
    .map((part) => part.text ?? "")
    .join("");
}

const BLOCKING = new Set(["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"]);

const blockedBy = (finishReason: string | undefined): string | undefined =>
  finishReason !== undefined && BLOCKING.has(finishReason) ? finishReason : undefined;
