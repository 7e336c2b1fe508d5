import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { endProcess, hasEnded, untilEnded } from "./end-process.ts";

const running = () => spawn("sleep", ["600"], { stdio: "ignore" });

it("ends a process, and returns at once when a signal had ended it before", async () => {
  const child = running();
  expect(hasEnded(child)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(hasEnded(child)).toBe(true);
  expect(await untilEnded(child)).toBeNull();
  expect(await endProcess(child)).toBeNull();
});

it("resolves to the exit code of a process that ends by itself", async () => {
  const child = spawn("sh", ["-c", "exit 3"], { stdio: "ignore" });
  expect(await untilEnded(child)).toBe(3);
  expect(await endProcess(child)).toBe(3);
});

it("waits for the end of a process that goes on", async () => {
  const child = running();
  await endProcess(child, "SIGTERM");
  expect(child.signalCode).toBe("SIGTERM");
});

it("takes a program that is not there as ended", async () => {
  const child = spawn("no-such-program", { stdio: "ignore" });
  child.on("error", () => undefined);
  expect(await endProcess(child)).toBeNull();
});
