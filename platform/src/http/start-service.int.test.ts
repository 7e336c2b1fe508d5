import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { freePort } from "../testing/free-port.ts";

let child: ChildProcess | undefined;
afterEach(() => void child?.kill("SIGKILL"));

function start(env: Readonly<Record<string, string>>): ChildProcess {
  child = fork(new URL("start-service.fixture.ts", import.meta.url), {
    execArgv: ["--conditions=source", "--no-warnings"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return child;
}

it("ends with one line that names every variable at fault when it cannot start", async () => {
  const service = start({
    REDIS_URL: "http://cache:6379",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=%E0%A4%A",
  });
  const { stdout, stderr } = service;
  const ended = once(service, "exit");
  if (stdout === null || stderr === null) throw new Error("the service has no output");
  const [output, errors] = await Promise.all([text(stdout), text(stderr)]);
  expect(await ended).toEqual([1, null]);
  expect(errors).toBe("");
  const lines = output.trim().split("\n");
  expect(lines).toHaveLength(1);
  const { level, msg } = JSON.parse(lines[0] ?? "") as Record<string, string>;
  expect(level).toBe("fatal");
  expect(msg).toContain("REDIS_URL: must be a URL that begins with redis:// or rediss://");
  expect(msg).toContain("OTEL_EXPORTER_OTLP_HEADERS: must be name=value pairs");
});

it("serves until the balancer has noticed, and finishes what runs, when it is stopped", async () => {
  const service = start({
    LIBRARY_PORT: String(await freePort()),
    LOG_LEVEL: "silent",
    // Long enough for a starved machine to see it: after it the port is closed.
    SHUTDOWN_DRAIN_SECONDS: "3",
    SHUTDOWN_GRACE_SECONDS: "60",
  });
  const [origin] = (await once(service, "message")) as [string];
  const ready = async (): Promise<number> => (await fetch(`${origin}/health/ready`)).status;
  expect(await ready()).toBe(200);
  const ended = once(service, "exit");
  const running = once(service, "message");
  const slow = fetch(`${origin}/slow`);
  await running;
  service.kill("SIGTERM");
  await expect.poll(ready, { timeout: 60_000, interval: 20 }).toBe(503);
  const isClosed = () =>
    fetch(`${origin}/health/live`).then(
      () => false,
      () => true,
    );
  await expect.poll(isClosed, { timeout: 60_000, interval: 20 }).toBe(true);
  service.send("finish");
  expect(await (await slow).json()).toEqual({ done: true });
  expect(await ended).toEqual([0, null]);
});
