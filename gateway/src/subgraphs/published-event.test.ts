import { expect, it, vi } from "vitest";
import { PublishedEvent } from "./published-event.ts";

it("gives each run an event of its own when several subscribers get it", () => {
  const event = new PublishedEvent({ data: { fund: { id: "1" } } }, true);
  const taken = event.take();
  Object.assign(taken.data ?? {}, { fund: null });
  expect(event.take()).toEqual({ data: { fund: { id: "1" } } });
});

it("is answered once for each key, also when that fails", async () => {
  const event = new PublishedEvent({ data: {} }, true);
  const answer = vi.fn<() => Promise<{ data: object }>>(async () => ({ data: { n: 1 } }));
  const failing = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("late")));
  const [one, other] = await Promise.all([
    event.answerOnce("a", answer as never),
    event.answerOnce("a", answer as never),
  ]);
  expect(one).toBe(other);
  await event.answerOnce("b", answer as never);
  expect(answer).toHaveBeenCalledTimes(2);
  await expect(event.answerOnce("c", failing)).rejects.toThrow("late");
  await expect(event.answerOnce("c", failing)).rejects.toThrow("late");
  expect(failing).toHaveBeenCalledOnce();
});
