import { fork } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { withTransaction } from "../database/pool.ts";
import { ann, endless, request, setUpJobs, TEST_LIMIT, type Work } from "./jobs.fixture.ts";

const { database, instance, read, until, untilLookedForDeadWorkers, cutConnections } = setUpJobs();

test("runs a long job once when another instance looks for dead workers", TEST_LIMIT, async () => {
  let runs = 0;
  const finish = new AbortController();
  const long: Work = async () => {
    runs += 1;
    await once(finish.signal, "abort");
    return runs;
  };
  const [one, two] = [instance(long), instance(long)];
  one.jobs.start();
  const alone = await request(one);
  await until(alone.id, "RUNNING");
  two.jobs.start();
  await untilLookedForDeadWorkers(two);
  finish.abort();
  expect((await until(alone.id, "SUCCEEDED")).result).toBe(1);
  const { rows } = await withTransaction(database().pool, ann, (client) =>
    client.query<{ runs: number }>("SELECT runs FROM job"),
  );
  expect(rows).toEqual([{ runs: 1 }]);
});

describe("a job runs again", TEST_LIMIT, () => {
  test("in another instance when its process is killed", async () => {
    const doomed = fork(new URL("job-process.fixture.ts", import.meta.url), [database().url], {
      execArgv: ["--conditions=source", "--no-warnings"],
    });
    const running = once(doomed, "message");
    const other = instance(() => Promise.resolve("done by the other"));
    const { id } = await request(other);
    await running;
    other.jobs.start();
    // The live process keeps its job although another instance looks for dead workers.
    await untilLookedForDeadWorkers(other);
    expect((await read(id)).state).toBe("RUNNING");
    doomed.kill("SIGKILL");
    expect((await until(id, "SUCCEEDED")).result).toBe("done by the other");
  });

  test("after its first run is aborted, when its instance loses every connection", async () => {
    const ended: unknown[] = [];
    let runs = 0;
    const one = instance(async (run) => {
      runs += 1;
      if (runs > 1) return "the second run";
      return endless(run).catch((error: unknown) => {
        ended.push(error);
        throw error;
      });
    });
    one.jobs.start();
    const { id } = await request(one);
    await until(id, "RUNNING");
    await cutConnections(one);
    expect((await until(id, "SUCCEEDED")).result).toBe("the second run");
    expect(ended).toEqual([expect.objectContaining({ reason: "LOST" })]);
    expect(runs).toBe(2);
  });

  test("when it failed because of a lost connection", async () => {
    let runs = 0;
    const one = instance(() => {
      runs += 1;
      if (runs === 1) {
        return Promise.reject(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
      }
      return Promise.resolve("at last");
    });
    one.jobs.start();
    const { id } = await request(one);
    expect((await until(id, "SUCCEEDED")).result).toBe("at last");
    expect(runs).toBe(2);
  });

  test("when its service stopped while it ran", async () => {
    const one = instance(endless);
    one.jobs.start();
    const { id } = await request(one);
    await until(id, "RUNNING");
    await one.jobs.stop();
    expect((await read(id)).state).toBe("WAITING");
    const two = instance(() => Promise.resolve("after the restart"));
    two.jobs.start();
    expect((await until(id, "SUCCEEDED")).result).toBe("after the restart");
  });

  test("at most ten times when its runs never finish", async () => {
    const one = instance(() => Promise.resolve("never"));
    const { id } = await request(one);
    await withTransaction(database().pool, ann, (client) =>
      client.query("UPDATE job SET runs = 10 WHERE id = $1", [id]),
    );
    one.jobs.start();
    expect((await until(id, "FAILED")).error?.code).toBe("INTERNAL_ERROR");
  });
});
