import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refreshSoon } from "./refresh-soon.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("refreshes once at the start and once at the end of a burst", () => {
  const refresh = vi.fn<() => void>();
  const { request } = refreshSoon(refresh, 1000);
  request();
  vi.advanceTimersByTime(0);
  for (let message = 0; message < 100; message += 1) request();
  vi.advanceTimersByTime(999);
  expect(refresh).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test("does not refresh after it was stopped", () => {
  const refresh = vi.fn<() => void>();
  const { request, stop } = refreshSoon(refresh, 1000);
  request();
  stop();
  vi.advanceTimersByTime(5000);
  expect(refresh).not.toHaveBeenCalled();
});
