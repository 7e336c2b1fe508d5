import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const Names = z.record(z.string(), z.string());

/** How to sign in to the demo: clients, of which the first has every scope, and a user per role. */
const Access = z.object({
  issuer: z.string(),
  tokenEndpoint: z.string(),
  resource: z.string(),
  clients: z
    .array(
      z.object({ clientId: z.string(), clientSecret: z.string(), scopes: z.array(z.string()) }),
    )
    .min(1),
  users: z.array(
    z.object({
      email: z.string(),
      password: z.string(),
      role: z.string(),
      totpSecret: z.string().optional(),
    }),
  ),
});
export type DemoAccess = z.output<typeof Access>;

/** The ids of what was loaded, by names that stay. */
const Contents = z.object({ fundIds: Names, accountIds: Names, instrumentIds: Names });
export type DemoContents = z.output<typeof Contents>;

/** What scripts and load tests may rely on: how to sign in, what there is, and where. */
export interface DemoDirectory extends DemoAccess, DemoContents {
  readonly endpoints: Readonly<Record<string, string>>;
}

/** What of it an earlier start got done: it may have been interrupted, or an older version. */
export interface KeptDemo {
  readonly access?: DemoAccess;
  readonly contents?: DemoContents;
}

export async function readDemo(file: string): Promise<KeptDemo> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  const kept: unknown = JSON.parse(text);
  const access = Access.safeParse(kept).data;
  const contents = Contents.safeParse(kept).data;
  return { ...(access ? { access } : {}), ...(contents ? { contents } : {}) };
}

/** It holds passwords, so only its owner may read it. */
export async function writeDemo(file: string, demo: DemoDirectory): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
