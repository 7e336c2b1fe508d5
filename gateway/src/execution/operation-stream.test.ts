import { GraphQLError, type ExecutionResult } from "graphql";
import { expect, it, vi } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { PublishedEvent } from "../subgraphs/published-event.ts";
import { type Arrival, type Completed, OperationStream } from "./operation-stream.ts";

type Complete = (event: PublishedEvent, ended: AbortSignal) => Promise<Completed>;

const echo: Complete = async (event) => ({ answer: { data: event.take().data ?? null } });

function stream(complete: Complete = echo) {
  const arrivals = new EventQueue<Arrival>({ events: 10, bytes: 100 });
  const unsubscribe = vi.fn<() => void>();
  return { arrivals, unsubscribe, answers: new OperationStream(arrivals, unsubscribe, complete) };
}

it("answers each event in order and ends when the events end", async () => {
  const { arrivals, answers, unsubscribe } = stream();
  arrivals.push(new PublishedEvent({ data: { n: 1 } }));
  arrivals.push(new PublishedEvent({ data: { n: 2 } }));
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
  const { arrivals, answers } = stream(async (event, signal) => {
    ended = signal;
    return echo(event, signal);
  });
  arrivals.push(new PublishedEvent({ data: {} }));
  await answers.next();
  expect(ended?.aborted).toBe(false);
  await answers.return();
  expect(ended?.aborted).toBe(true);
});

it("unsubscribes when an event cannot be completed", async () => {
  const { arrivals, answers, unsubscribe } = stream(async () => {
    throw new Error("broken plan");
  });
  arrivals.push(new PublishedEvent({ data: {} }));
  await expect(answers.next()).rejects.toThrow("broken plan");
  expect(unsubscribe).toHaveBeenCalled();
  expect((await answers.next()).done).toBe(true);
});

it("completes events that wait together at once, and sends none after the last answer", async () => {
  let completing = 0;
  const { arrivals, answers } = stream(async (event) => {
    completing += 1;
    const { data } = event.take();
    return { answer: { data: data ?? null }, isLast: data?.["n"] === 2 };
  });
  for (const n of [1, 2, 3]) arrivals.push(new PublishedEvent({ data: { n } }));
  arrivals.end();
  expect((await answers.next()).value).toEqual({ data: { n: 1 } });
  expect(completing).toBe(3);
  expect((await answers.next()).value).toEqual({ data: { n: 2 } });
  expect((await answers.next()).done).toBe(true);
});
