import { GraphQLError, type ExecutionResult } from "graphql";
import { expect, it, vi } from "vitest";
import type { SubgraphAnswer } from "../subgraphs/subgraph-request.ts";
import { EventQueue } from "./event-queue.ts";
import { OperationStream, type Arrival } from "./operation-stream.ts";

type Complete = (event: SubgraphAnswer, ended: AbortSignal) => Promise<ExecutionResult>;

const echo: Complete = async ({ data }) => ({ data: data ?? null });

function stream(complete: Complete = echo) {
  const arrivals = new EventQueue<Arrival>(10);
  const unsubscribe = vi.fn<() => void>();
  return { arrivals, unsubscribe, answers: new OperationStream(arrivals, unsubscribe, complete) };
}

it("answers each event in order and ends when the events end", async () => {
  const { arrivals, answers, unsubscribe } = stream();
  arrivals.push({ event: { data: { n: 1 } } });
  arrivals.push({ event: { data: { n: 2 } } });
  arrivals.end({ failure: [new GraphQLError("lost")] });
  const seen: ExecutionResult[] = [];
  for await (const answer of answers) seen.push(answer);
  expect(seen.map(({ data, errors }) => data ?? errors?.[0]?.message)).toEqual([
    { n: 1 },
    { n: 2 },
    "lost",
  ]);
  expect(unsubscribe).toHaveBeenCalledOnce();
});

it("ends at once when it is returned while it waits for an event", async () => {
  const { answers, unsubscribe } = stream();
  const waiting = answers.next();
  await answers.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(unsubscribe).toHaveBeenCalled();
});

it("aborts the completion of an event when it is returned", async () => {
  let ended: AbortSignal | undefined;
  const { arrivals, answers } = stream(async ({ data }, signal) => {
    ended = signal;
    return { data: data ?? null };
  });
  arrivals.push({ event: { data: {} } });
  await answers.next();
  expect(ended?.aborted).toBe(false);
  await answers.return();
  expect(ended?.aborted).toBe(true);
});

it("unsubscribes when an event cannot be completed", async () => {
  const { arrivals, answers, unsubscribe } = stream(async () => {
    throw new Error("broken plan");
  });
  arrivals.push({ event: { data: {} } });
  await expect(answers.next()).rejects.toThrow("broken plan");
  expect(unsubscribe).toHaveBeenCalled();
  expect((await answers.next()).done).toBe(true);
});
