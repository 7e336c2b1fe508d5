import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";

const hook = z.custom<(...given: never[]) => unknown>((value) => typeof value === "function");

const PLUGIN = z.strictObject({
  name: z.string().min(1),
  checkOperation: hook.optional(),
  checkEvent: hook.optional(),
  answered: hook.optional(),
});

/**
 * Loads modules whose default export is a plugin, in their order; paths are relative to the working directory.
 * Throws when a module is absent, fails, or exports something else.
 */
export async function loadPlugins(files: readonly string[]): Promise<readonly GatewayPlugin[]> {
  const plugins: GatewayPlugin[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
    const parsed = PLUGIN.safeParse(module.default);
    if (!parsed.success)
      throw new Error(`${file} exports no plugin by default: ${z.prettifyError(parsed.error)}`);
    plugins.push(withRefusals(module.default as GatewayPlugin));
  }
  return plugins;
}

/** Modules of others do not share this package's classes, so they refuse by an `Error` with a `code`. */
const withRefusals = (plugin: GatewayPlugin): GatewayPlugin => ({
  name: plugin.name,
  ...(plugin.checkOperation === undefined
    ? {}
    : { checkOperation: refusing(plugin.checkOperation.bind(plugin)) }),
  ...(plugin.checkEvent === undefined
    ? {}
    : { checkEvent: refusing(plugin.checkEvent.bind(plugin)) }),
  ...(plugin.answered === undefined ? {} : { answered: plugin.answered.bind(plugin) }),
});

type Check = NonNullable<GatewayPlugin["checkOperation"]>;

const refusing =
  (check: Check): Check =>
  async (request, found) => {
    try {
      await check(request, found);
    } catch (error) {
      throw asRefusal(error);
    }
  };

function asRefusal(error: unknown): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return isErrorCode(code) ? new AppError(code, String(message)) : error;
}
