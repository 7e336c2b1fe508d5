import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DemoAccess } from "./make-demo.ts";

const fileIn = (dataDir: string): string => join(dataDir, "demo.json");

/** The demo's credentials of an earlier start; undefined when there are none. */
export async function readDemoFile(dataDir: string): Promise<DemoAccess | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), "utf8")) as DemoAccess;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps the credentials where scripts look for them, readable by their owner only. */
export async function writeDemoFile(dataDir: string, access: DemoAccess): Promise<string> {
  const file = fileIn(dataDir);
  await mkdir(dataDir, { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.part`, file);
  return file;
}
