import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DemoAccess } from "./make-demo.ts";

const fileIn = (dataDir: string): string => join(dataDir, "demo.json");

/** The demo's credentials of an earlier start; undefined when there are none. */
export async function readDemoFile(dataDir: string): Promise<DemoAccess | undefined> {
  const content = await readAll(dataDir);
  return "clients" in content ? (content as unknown as DemoAccess) : undefined;
}

/**
 * Writes the credentials where scripts read them, readable by their owner only. Other entries of the
 * file, such as the ids of the demo's funds, are preserved.
 */
export async function writeDemoFile(dataDir: string, access: DemoAccess): Promise<string> {
  const file = fileIn(dataDir);
  await mkdir(dataDir, { recursive: true });
  const content = { ...(await readAll(dataDir)), ...access };
  await writeFile(`${file}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.part`, file);
  return file;
}

async function readAll(dataDir: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), "utf8")) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
