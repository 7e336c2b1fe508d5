import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ModelChunk, ModelRequest, Turn } from "../language-model/language-model.ts";
import { FakeGemini, parts, streamed } from "./fake-gemini.fixture.ts";
import { GeminiModel } from "./gemini-model.ts";

let gemini: FakeGemini;
let model: GeminiModel;

beforeEach(async () => {
  gemini = new FakeGemini();
  await gemini.start();
  model = new GeminiModel({ apiKey: "k", model: "m", baseUrl: gemini.url, timeoutMs: 20_000 });
});
afterEach(() => gemini.stop());

const question: Turn = { role: "user", parts: [{ kind: "prompt", text: "How much?" }] };
const request: ModelRequest = {
  purpose: "ADVISE",
  tenantId: "018f0000-0000-7000-8000-0000000000aa",
  system: "Answer.",
  turns: [question],
  maxOutputTokens: 100,
};
const tools = [{ name: "balance", description: "A balance.", parameters: { type: "object" } }];

describe("a conversation with tools", () => {
  const CALL = {
    functionCall: { name: "balance", args: { account: "a" } },
    thoughtSignature: "c2lnbmF0dXJl",
  };

  test("goes on with exactly the parts that the service returned", async () => {
    gemini.replies = [
      parts(() => [{ text: "Hm", thought: true }, { text: "" }, CALL]),
      parts(() => [{ text: "Much." }]),
    ];
    const first = await model.generate({ ...request, tools });
    expect(first).toMatchObject({
      text: "",
      calls: [{ name: "balance", arguments: { account: "a" } }],
    });
    const result: Turn = {
      role: "user",
      parts: [{ kind: "result", tool: "balance", value: { amount: "1.00" } }],
    };
    const turns = [question, first.turn, result];
    expect((await model.generate({ ...request, tools, turns })).text).toBe("Much.");
    expect(gemini.calls[1]?.sent).toMatchObject({
      contents: [
        { role: "user", parts: [{ text: "How much?" }] },
        { role: "model", parts: [{ text: "Hm", thought: true }, { text: "" }, CALL] },
        {
          role: "user",
          parts: [{ functionResponse: { name: "balance", response: { amount: "1.00" } } }],
        },
      ],
      tools: [{ functionDeclarations: tools }],
      toolConfig: { functionCallingConfig: { mode: "AUTO" } },
    });
  });
});

describe("a structured answer", () => {
  const structured = { ...request, answerSchema: { type: "object" } };

  test("is read out of a code block", async () => {
    gemini.replies = [parts(() => [{ text: '```json\n{"a":1}\n```' }])];
    expect((await model.generate(structured)).structure).toEqual({ a: 1 });
  });
});

describe("a stream", () => {
  test("brings the text as it comes, then the whole answer without thoughts", async () => {
    gemini.replies = [
      streamed(
        { parts: [{ text: "Think", thought: true }] },
        { parts: [{ text: "One " }] },
        { parts: [{ text: "two.", thoughtSignature: "eA==" }], finishReason: "STOP" },
      ),
    ];
    const chunks: ModelChunk[] = [];
    for await (const chunk of model.stream(request)) chunks.push(chunk);
    const answer = chunks.pop()?.answer;
    expect(chunks).toEqual([{ text: "One " }, { text: "two." }]);
    expect(answer).toMatchObject({
      text: "One two.",
      usage: { totalTokens: 750 },
      turn: { raw: [{ thought: true }, { text: "One " }, { thoughtSignature: "eA==" }] },
    });
    expect(gemini.calls[0]?.path).toBe("/v1beta/models/m:streamGenerateContent?alt=sse");
  });
});
