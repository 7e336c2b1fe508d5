import { z } from "zod";
import type { ModelAnswer, ReportedUsage, ToolCall } from "../language-model/language-model.ts";
import { ModelFailure } from "../language-model/model-failure.ts";
import { ofStatus } from "./failure-of.ts";

/** A response or a chunk, of which the service may leave out anything. */
const responseSchema = z.looseObject({
  candidates: z
    .array(
      z.looseObject({
        content: z.looseObject({ parts: z.array(z.looseObject({})).optional() }).optional(),
        finishReason: z.string().optional(),
      }),
    )
    .optional(),
  promptFeedback: z.looseObject({ blockReason: z.string().optional() }).optional(),
  usageMetadata: z.looseObject({}).optional(),
  error: z.looseObject({ code: z.number().optional(), message: z.string().optional() }).optional(),
});

const partSchema = z.looseObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: z.looseObject({ name: z.string(), args: z.unknown().optional() }).optional(),
});

/** What one response or the chunks of one stream have brought so far. */
export class ResponseReader {
  readonly #raw: unknown[] = [];
  readonly #calls: ToolCall[] = [];
  #text = "";
  #finish: string | undefined;
  #usage: ReportedUsage = usageOf(undefined);

  /** Takes a response or a chunk; returns the text in it. Throws a ModelFailure for a refusal. */
  take(response: unknown): string {
    const parsed = responseSchema.safeParse(response);
    if (!parsed.success) throw this.#fail("SERVICE", "The service's answer has another form.");
    const { candidates, promptFeedback, usageMetadata, error } = parsed.data;
    if (usageMetadata !== undefined) this.#usage = usageOf(usageMetadata);
    // Within a stream the SDK passes a failure on as if it were a chunk.
    if (error !== undefined)
      throw ofStatus(error.code ?? 500, error.message ?? "", { mayBeCharged: true });
    if (promptFeedback?.blockReason !== undefined) {
      throw this.#fail(
        "CONTENT",
        `The service blocked the request: ${promptFeedback.blockReason}.`,
      );
    }
    const [candidate] = candidates ?? [];
    this.#finish = candidate?.finishReason ?? this.#finish;
    return (candidate?.content?.parts ?? []).map((part) => this.#takePart(part)).join("");
  }

  /** The complete answer. Throws a ModelFailure when it was cut, is empty, or is no JSON although it should be. */
  complete(isStructured: boolean): ModelAnswer {
    if (this.#finish === undefined) throw this.#fail("SERVICE", "The answer has no end.");
    if (this.#finish !== "STOP") {
      throw this.#fail("CONTENT", `The answer ended early: ${this.#finish}.`);
    }
    if (this.#text.trim() === "" && this.#calls.length === 0) {
      throw this.#fail("CONTENT", "The answer is empty.");
    }
    return {
      text: this.#text,
      structure: isStructured && this.#calls.length === 0 ? this.#structure() : undefined,
      calls: this.#calls,
      turn: { role: "model", raw: this.#raw },
      usage: this.#usage,
    };
  }

  #takePart(raw: Record<string, unknown>): string {
    this.#raw.push(raw);
    const part = partSchema.safeParse(raw);
    if (!part.success || part.data.thought === true) return "";
    const { text = "", functionCall } = part.data;
    if (functionCall !== undefined) {
      this.#calls.push({ name: functionCall.name, arguments: functionCall.args ?? {} });
    }
    this.#text += text;
    return text;
  }

  #structure(): unknown {
    try {
      return JSON.parse(withoutFence(this.#text));
    } catch {
      throw this.#fail("CONTENT", "The answer is not the JSON that was requested.");
    }
  }

  #fail(kind: "CONTENT" | "SERVICE", message: string): ModelFailure {
    return new ModelFailure(kind, message, { usage: this.#usage, mayBeCharged: true });
  }
}

/** Models put JSON into a code block now and then, although they are configured not to. */
const withoutFence = (text: string): string =>
  /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/i.exec(text)?.[1] ?? text;

function usageOf(metadata: Record<string, unknown> | undefined): ReportedUsage {
  const count = (name: string): number | undefined =>
    typeof metadata?.[name] === "number" ? metadata[name] : undefined;
  return {
    inputTokens: count("promptTokenCount"),
    outputTokens: count("candidatesTokenCount"),
    totalTokens: count("totalTokenCount"),
  };
}
