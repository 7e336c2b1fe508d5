import { expect, it, vi } from "vitest";
import { withDeadline } from "./with-deadline.ts";

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

it("rejects with a TimeoutError when the limit has passed", async () => {
  await expect(withDeadline(5, undefined, untilAborted)).rejects.toMatchObject({
    name: "TimeoutError",
  });
});

it("rejects with the caller's reason when the caller aborts", async () => {
  const gone = new AbortController();
  const working = withDeadline(10_000, gone.signal, untilAborted);
  gone.abort(new Error("gone"));
  await expect(working).rejects.toThrow("gone");
  await expect(withDeadline(10_000, gone.signal, untilAborted)).rejects.toThrow("gone");
});

it("leaves no timer and no listener when the work has ended", async () => {
  vi.useFakeTimers();
  try {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    expect(await withDeadline(1_000, signal, async () => "done")).toBe("done");
    const failing = withDeadline(1_000, signal, () => Promise.reject(new Error("failed")));
    await expect(failing).rejects.toThrow("failed");
    expect(vi.getTimerCount()).toBe(0);
    expect(remove).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});
