/** What a call is for; recorded with each call. */
export type Purpose = "CATEGORIZE" | "ADVISE";

/** One part of what is sent. */
export type Part =
  /** The program's own words: constants and instructions. */
  | { readonly kind: "prompt"; readonly text: string }
  /** What a user or a third party wrote, as a JSON value. */
  | { readonly kind: "data"; readonly value: unknown }
  /** The result of a tool that the model called. */
  | { readonly kind: "result"; readonly tool: string; readonly value: object };

/** One turn of a conversation. */
export type Turn =
  | { readonly role: "user"; readonly parts: readonly Part[] }
  /**
   * What the model answered, as the service returned it. Its adapter alone reads it: signatures of thoughts
   * and empty parts have to go back unchanged.
   */
  | { readonly role: "model"; readonly raw: readonly unknown[] };

/** A function that the model may have called. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly parameters: object;
}

/** One call. Everything in it is of one tenant. */
export interface ModelRequest {
  readonly purpose: Purpose;
  readonly tenantId: string;
  /** Fixed instructions, of the program's own words; first and unchanged, so that the service can cache them. */
  readonly system: string;
  /** All turns so far, the oldest first. The caller keeps them: `[...turns, answer.turn, next]`. */
  readonly turns: readonly Turn[];
  readonly tools?: readonly Tool[];
  /** Whether the model may, has to, or must not call a tool; AUTO when there are tools. */
  readonly toolUse?: "AUTO" | "REQUIRED" | "NONE";
  /** JSON Schema of the answer; its text is then JSON. */
  readonly answerSchema?: object;
  /** Most tokens of the answer, thoughts included. */
  readonly maxOutputTokens: number;
  /** Ends the call early. The budget counts it all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** A tool that the model calls. Its arguments have any form until the caller has checked them. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
}

/** Tokens as the service reported them; any number may be missing or wrong. */
export interface ReportedUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly totalTokens: number | undefined;
}

/** A complete answer. One that was cut, blocked or is not what was requested is a ModelFailure. */
export interface ModelAnswer {
  /** Its text without the model's thoughts; empty when it only calls tools. */
  readonly text: string;
  /** With an `answerSchema`: the text as JSON value. The schema guides the model and proves nothing. */
  readonly structure: unknown;
  readonly calls: readonly ToolCall[];
  /** The answer as a turn, for the next request of the conversation. */
  readonly turn: Turn;
  readonly usage: ReportedUsage;
}

/** A piece of a streamed answer; the last one has the complete answer and no text. */
export interface ModelChunk {
  readonly text: string;
  readonly answer?: ModelAnswer;
}

/** A language model. Another vendor or SDK is another implementation; wrappers around it have the same form. */
export interface LanguageModel {
  /** Name of the model, stored beside what it answered. */
  readonly name: string;
  /** The complete answer. Rejects with a ModelFailure. */
  generate(request: ModelRequest): Promise<ModelAnswer>;
  /** The text as it comes. Rejects with a ModelFailure, also after some text. */
  stream(request: ModelRequest): AsyncIterable<ModelChunk>;
}
