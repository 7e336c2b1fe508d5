import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CATALOGUE_PARTS, partsOf } from "./catalogue-parts.ts";
import { readCatalogue } from "./load-messages.ts";

const SOURCES = fileURLToPath(new URL("../..", import.meta.url));
const LIB = join(SOURCES, "lib");
const IMPORT = /(?:from|import)\s*\(?\s*"(#lib\/|\.{1,2}\/)([^"]+)"/g;
/** A key, or the beginning of keys in a template. */
const KEYS = /"([a-z][\w.-]*\.[\w.:-]+)"|`([a-z][\w.-]*\.)\$\{/g;

const keysOf = async (part: "core" | (typeof CATALOGUE_PARTS)[number]): Promise<string[]> =>
  Object.keys(await readCatalogue(part, "en"));
const core = await keysOf("core");
const parts = new Map(
  await Promise.all(CATALOGUE_PARTS.map(async (part) => [part, await keysOf(part)] as const)),
);
const everywhere = [...core, ...[...parts.values()].flat()];
const fits = (key: string, keys: readonly string[]): boolean =>
  key.endsWith(".") ? keys.some((each) => each.startsWith(key)) : keys.includes(key);

/** What opens over a page brings a part of the texts along. */
const OVERLAYS: Readonly<Record<string, (typeof CATALOGUE_PARTS)[number]>> = {
  "search/Palette.svelte": "search",
  "shortcuts/ShortcutHelp.svelte": "search",
};

/** A file and everything of the pages that it imports. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !existsSync(file)) return found;
  found.add(file);
  // A type brings no text along.
  const source = readFileSync(file, "utf8").replaceAll(/import type [^;]*;/g, "");
  for (const [, base = "", path = ""] of source.matchAll(IMPORT)) {
    if (!/\.(?:svelte|ts)$/.test(path) || path.includes("catalogue/")) continue;
    const imported = base === "#lib/" ? join(LIB, path) : join(dirname(file), base, path);
    if (!(relative(LIB, imported) in OVERLAYS)) withImports(imported, found);
  }
  return found;
}

const usedIn = (file: string): string[] =>
  [...withImports(file)].flatMap((each) =>
    Array.from(readFileSync(each, "utf8").matchAll(KEYS), ([, key, start]) => key ?? start ?? ""),
  );

const pages = globSync("routes/**/{+page,+layout,+error}{,.server}.{svelte,ts}", { cwd: SOURCES });

const textsOf = (named: readonly (typeof CATALOGUE_PARTS)[number][]): string[] => [
  ...core,
  ...named.flatMap((part) => parts.get(part) ?? []),
];

const lackingIn = (file: string, has: readonly string[]): string[] =>
  usedIn(file).filter((key) => fits(key, everywhere) && !fits(key, has));

test("gives every page the texts of its components", () => {
  const lacking = pages.flatMap((page) => {
    const route = `/${relative("routes", dirname(page)).split(sep).join("/")}`;
    const named = page.includes("+page") ? partsOf(route) : [];
    // Refusals are written by the server, whatever the route.
    const has = textsOf(page.endsWith(".server.ts") ? ["problems", ...named] : named);
    return lackingIn(join(SOURCES, page), has).map((key) => `${route} ${key}`);
  });
  expect([...new Set(lacking)]).toEqual([]);
});

test("brings the texts of what opens over a page", () => {
  const layout = readFileSync(join(SOURCES, "routes/+layout.svelte"), "utf8");
  for (const [overlay, part] of Object.entries(OVERLAYS)) {
    expect(layout).toContain(`"${part}", import("#lib/${overlay}")`);
    expect(lackingIn(join(LIB, overlay), textsOf([part]))).toEqual([]);
  }
});

test("has no text twice, and none that nothing uses", () => {
  expect(everywhere.filter((key, index) => everywhere.indexOf(key) !== index)).toEqual([]);
});
