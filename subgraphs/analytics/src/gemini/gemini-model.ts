import { GoogleGenerativeAI } from "@google/generative-ai";
import { inChildSpan, type SpanOptions } from "@allfunds/platform/telemetry";
import type {
  Content,
  GenerateContentRequest,
  GenerativeModel,
  SingleRequestOptions,
} from "@google/generative-ai";
import type {
  LanguageModel,
  ModelAnswer,
  ModelChunk,
  ModelRequest,
  Part,
  Turn,
} from "../language-model/language-model.ts";
import { failureOf } from "./failure-of.ts";
import { ResponseReader } from "./read-response.ts";

export interface GeminiOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Address of the service when it is not Google's own. */
  readonly baseUrl: string | undefined;
  /** Longest wait for one call, in milliseconds; of a stream, for all of it. */
  readonly timeoutMs: number;
}

/** A Gemini model through Google's SDK: one plain call per request, nothing kept between calls. */
export class GeminiModel implements LanguageModel {
  readonly name: string;
  readonly #options: GeminiOptions;
  readonly #model: GenerativeModel;

  constructor(options: GeminiOptions) {
    const { apiKey, model, baseUrl } = options;
    this.name = model;
    this.#options = options;
    this.#model = new GoogleGenerativeAI(apiKey).getGenerativeModel(
      { model },
      baseUrl === undefined ? {} : { baseUrl },
    );
  }

  async generate(request: ModelRequest): Promise<ModelAnswer> {
    request.signal?.throwIfAborted();
    try {
      const sent = await inChildSpan("gemini generateContent", spanOf(request), () =>
        this.#model.generateContent(toContents(request), this.#within(request)),
      );
      const reader = new ResponseReader();
      reader.take(sent.response);
      return reader.complete(request.answerSchema !== undefined);
    } catch (error) {
      throw endedBy(request, error);
    }
  }

  async *stream(request: ModelRequest): AsyncGenerator<ModelChunk, void> {
    request.signal?.throwIfAborted();
    const reader = new ResponseReader();
    try {
      const sent = await this.#model.generateContentStream(
        toContents(request),
        this.#within(request),
      );
      // The SDK aggregates the stream too, and rejects this promise when the stream fails.
      sent.response.catch(() => undefined);
      for await (const chunk of sent.stream) {
        const text = reader.take(chunk);
        if (text !== "") yield { text };
      }
      yield { text: "", answer: reader.complete(request.answerSchema !== undefined) };
    } catch (error) {
      throw endedBy(request, error);
    }
  }

  /** The SDK's own timeout leaves a timer behind and does not cover the body. */
  #within({ signal }: ModelRequest): SingleRequestOptions {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs);
    return { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) };
  }
}

const spanOf = ({ purpose }: ModelRequest): SpanOptions => ({
  kind: "CLIENT",
  attributes: { "gen_ai.provider.name": "gcp.gemini", "gen_ai.operation.name": purpose },
});

/** What the caller has ended is not a failure of the service. */
const endedBy = ({ signal }: ModelRequest, error: unknown): unknown =>
  signal?.aborted === true ? signal.reason : failureOf(error);

/** The request as the service receives it. */
export function toContents(request: ModelRequest): GenerateContentRequest {
  const { system, turns, tools, toolUse = "AUTO", answerSchema, maxOutputTokens } = request;
  const mode = { AUTO: "AUTO", REQUIRED: "ANY", NONE: "NONE" }[toolUse];
  const answer =
    answerSchema === undefined
      ? {}
      : { responseMimeType: "application/json", responseSchema: answerSchema };
  const body = {
    systemInstruction: { role: "system", parts: [{ text: system }] },
    contents: turns.map(toContent),
    generationConfig: { temperature: 0, maxOutputTokens, ...answer },
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: [{ functionDeclarations: tools }],
          toolConfig: { functionCallingConfig: { mode } },
        }),
  };
  // The SDK's types lack what models later than it return and accept.
  return body as unknown as GenerateContentRequest;
}

function toContent(turn: Turn): Content {
  if (turn.role === "model") return { role: "model", parts: turn.raw as Content["parts"] };
  return { role: "user", parts: turn.parts.map(toPart) };
}

function toPart(part: Part): Content["parts"][number] {
  if (part.kind === "prompt") return { text: part.text };
  if (part.kind === "data") return { text: JSON.stringify(part.value) };
  return { functionResponse: { name: part.tool, response: part.value } };
}
