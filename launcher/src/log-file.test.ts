import { expect, it } from "vitest";
import { LogFile } from "./log-file.ts";

// Every write to it fails with ENOSPC.
const FULL_DISK = "/dev/full";

it.skipIf(process.platform !== "linux")("reports a full disk once and goes on", () => {
  const reports: string[] = [];
  const log = new LogFile(FULL_DISK, (line) => void reports.push(line));
  log.write("first");
  log.write("second");
  expect(reports).toEqual([expect.stringMatching(/^\/dev\/full cannot be written: ENOSPC/)]);
});
