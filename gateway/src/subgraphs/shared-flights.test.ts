import { expect, it, vi } from "vitest";
import { SharedFlights } from "./shared-flights.ts";

const patient = () => until(new AbortController());
const until = ({ signal }: AbortController) => ({ limitMs: 60_000, ended: signal });

function counted() {
  const results: ((value: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const start = vi.fn<(signal: AbortSignal) => Promise<string>>(async (signal) => {
    signals.push(signal);
    return new Promise((resolve) => results.push(resolve));
  });
  return { start, results, signals };
}

it("reads once when equal reads are under way, and again afterwards", async () => {
  const flights = new SharedFlights<string>();
  const { start, results } = counted();
  const both = [flights.join("a", patient(), 0, start), flights.join("a", patient(), 0, start)];
  const other = flights.join("b", patient(), 0, start);
  results[0]?.("A");
  results[1]?.("B");
  expect(await Promise.all([...both, other])).toEqual(["A", "A", "B"]);
  void flights.join("a", patient(), 0, start);
  expect(start).toHaveBeenCalledTimes(3);
});

it("ends a read only when no caller waits for it any more", async () => {
  const flights = new SharedFlights<string>();
  const { start, signals } = counted();
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [flights.join("a", until(one), 0, start), flights.join("a", until(other), 0, start)];
  one.abort(new Error("left"));
  await expect(both[0]).rejects.toThrow("left");
  expect(signals[0]?.aborted).toBe(false);
  other.abort(new Error("left too"));
  await expect(both[1]).rejects.toThrow("left too");
  expect(signals[0]?.aborted).toBe(true);
});

it("ends a read when the time of its last caller is over", async () => {
  const flights = new SharedFlights<string>();
  const { start, signals } = counted();
  const brief = { limitMs: 1, ended: undefined };
  const first = flights.join("a", patient(), 0, start);
  await expect(flights.join("a", brief, 0, start)).rejects.toThrow("did not end in time");
  expect(signals[0]?.aborted).toBe(false);
  await expect(flights.join("b", brief, 0, start)).rejects.toMatchObject({ name: "TimeoutError" });
  expect(signals[1]?.aborted).toBe(true);
  void first;
});

it("does not join a read that began before a write or before the wanted time", () => {
  const flights = new SharedFlights<string>();
  const { start } = counted();
  void flights.join("a", patient(), 0, start);
  flights.separate();
  void flights.join("a", patient(), 0, start);
  void flights.join("a", patient(), performance.now() + 60_000, start);
  expect(start).toHaveBeenCalledTimes(3);
});
