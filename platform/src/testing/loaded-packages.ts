import { execFile } from "node:child_process";
import { promisify } from "node:util";

const REPORT = `
  import { registerHooks } from "node:module";
  const names = new Set();
  registerHooks({
    load(url, context, next) {
      const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
      if (name !== undefined) names.add(name);
      return next(url, context);
    },
  });
  await import(process.argv[1]);
  process.stdout.write(JSON.stringify([...names]), () => process.exit(0));
`;

/** Names of the npm packages that loading a module loads, measured in a process of its own. */
export async function packagesLoadedBy(module: URL): Promise<ReadonlySet<string>> {
  const options = [
    "--conditions=source",
    "--import",
    "tsx",
    "--input-type=module",
    "--eval",
    REPORT,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, module.href]);
  return new Set(JSON.parse(stdout) as string[]);
}
