import { join } from "node:path";
import { openAccess } from "./demo-access.ts";
import { readDemo, writeDemo, type DemoDirectory } from "./demo-directory.ts";
import { loadDemo } from "./load-demo.ts";

export interface DemoParts {
  readonly root: string;
  readonly dataDir: string;
  readonly issuer: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly identityEnvironment: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/**
 * Makes what the demo lacks, credentials first and books with them, and leaves all of it in
 * `demo.json`. Each step may be repeated, so a start that was interrupted goes on where it stopped.
 */
export async function prepareDemo(parts: DemoParts): Promise<DemoDirectory> {
  const { root, dataDir, endpoints, report } = parts;
  const file = join(dataDir, "demo.json");
  const { access, token, publisherToken } = await openAccess({ ...parts, file });
  const endpoint = endpoints["graphql"] ?? "";
  const graph = { endpoint, token };
  const publisher = { endpoint, token: publisherToken };
  const { contents } = await readDemo(file);
  const demo = {
    ...access,
    ...(contents ?? (await loadDemo({ graph, publisher, files: join(root, "demo"), report }))),
    endpoints,
  };
  await writeDemo(file, demo);
  return demo;
}
