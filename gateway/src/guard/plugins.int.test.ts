import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { openService } from "../service.fixture.ts";
import { loadPlugins } from "./load-plugins.ts";

const PAGE = fileURLToPath(new URL("../../../docs/adding-a-gateway-plugin.md", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugins-"));
});
afterAll(async () => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("a plugin of the operator", () => {
  it("refuses operations over every transport, as the page about plugins shows", async () => {
    const [, example = ""] = /```js\n([\s\S]*?)```/.exec(await readFile(PAGE, "utf8")) ?? [];
    const gateway = await openService({
      config: { GATEWAY_PLUGINS: [await file("require-name.mjs", example)] },
    });
    try {
      const refused = await gateway.run(`mutation { renameFund(id: "1", name: "x") { id } }`);
      expect(refused).toMatchObject({
        status: 400,
        errors: [{ message: "Name the operation.", extensions: { code: "INVALID_INPUT" } }],
      });
      const named = `mutation Rename { renameFund(id: "1", name: "x") { id } }`;
      expect((await gateway.run(named)).data).toEqual({ renameFund: { id: "1" } });
      const socket = gateway.connect();
      const answers = socket.iterate({ query: `mutation { refuse { id } }` });
      await expect(answers.next()).rejects.toMatchObject([
        { extensions: { code: "INVALID_INPUT" } },
      ]);
      await socket.dispose();
    } finally {
      await gateway.close();
    }
  });

  it("receives answers, and takes none from their clients when it fails", async () => {
    const seen: unknown[] = [];
    const plugin: GatewayPlugin = {
      name: "seen",
      answered: ({ operationName }, { data }) => {
        seen.push([operationName, data]);
        throw new Error("broken");
      },
    };
    const gateway = await openService({ plugins: [plugin] });
    try {
      const query = "query Held { held }";
      expect((await gateway.run(query, { operationName: "Held" })).data).toEqual({ held: true });
      expect(seen).toEqual([["Held", { held: true }]]);
    } finally {
      await gateway.close();
    }
  });

  it("is refused at the start when its module exports something else", async () => {
    const none = await file("none.mjs", "export const name = 1;");
    await expect(loadPlugins([none])).rejects.toThrow("exports no plugin by default");
    const odd = await file("odd.mjs", `export default { name: "odd", check: () => {} };`);
    await expect(loadPlugins([odd])).rejects.toThrow('Unrecognized key: "check"');
  });
});
