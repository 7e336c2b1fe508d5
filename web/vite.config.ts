import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** Bundlers drop what is not used of pure calls, but of pure templates they drop nothing. */
function droppableDocuments(): Plugin {
  return {
    name: "droppable-documents",
    transform: {
      filter: { id: /graph-types\.generated\.ts$/ },
      handler: (code) =>
        code.replaceAll(/gql`([^`]*)`/g, (_, text: string) => {
          const [texts, names] = [[] as string[], [] as string[]];
          text
            .split(/\$\{(\w+)\}/)
            .forEach((part, at) => (at % 2 === 0 ? texts : names).push(part));
          return `/* @__PURE__ */ gql(${[JSON.stringify(texts), ...names].join(", ")})`;
        }),
    },
  };
}

/** Lists the files of the texts for the server, which links them: lib/server/text-files.ts. */
function listOfTexts(): Plugin {
  return {
    name: "list-of-texts",
    applyToEnvironment: ({ name }) => name === "client",
    generateBundle(_, bundle) {
      const files: Record<string, Record<string, string>> = {};
      for (const output of Object.values(bundle)) {
        const source = output.type === "chunk" ? (output.facadeModuleId ?? "") : "";
        const [, part = "core", language] =
          /\/language\/catalogue\/(?:([\w-]+)\/)?(\w\w)\.ts$/.exec(source) ?? [];
        if (language !== undefined) (files[language] ??= {})[part] = output.fileName;
      }
      this.emitFile({ type: "asset", fileName: "_app/texts.json", source: JSON.stringify(files) });
    },
  };
}

interface ModuleInfo {
  readonly importedIds: readonly string[];
  readonly dynamicallyImportedIds: readonly string[];
}
interface Modules {
  readonly getModuleInfo: (id: string) => ModuleInfo | null;
}

const inSource = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));
const FRAME = ["+layout.svelte", "+layout.ts", "+error.svelte"].map((name) =>
  inSource(`routes/${name}`),
);
/** Where most readers begin. */
const HOME = [inSource("routes/+page.svelte")];
const PAGES = globSync("routes/**/+page.svelte", { cwd: inSource("") }).map(inSource);

const STYLE = /[?&]type=style&/;

/** Modules with all that they import. */
function withImports(roots: readonly string[], modules: Modules): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) add(imported);
  };
  for (const root of roots) add(root);
  return found;
}

/**
 * What every page loads is one file: the layout with all that it imports. It has what pages share with the modules
 * that the layout loads later, too: for files of both, SvelteKit writes no link into the page. It has their styles,
 * which SvelteKit links in every page: each would be a file that the first paint waits for.
 */
function ofFrame(modules: Modules): (id: string) => boolean {
  const frame = withImports(FRAME, modules);
  const later = [...frame].flatMap((id) => modules.getModuleInfo(id)?.dynamicallyImportedIds ?? []);
  const ofLater = withImports(later, modules);
  const ofPages = withImports(PAGES, modules);
  return (id) =>
    !FRAME.includes(id) &&
    (frame.has(id) || (ofLater.has(id) && (ofPages.has(id) || STYLE.test(id))));
}

/** What Home imports; where other pages import it as well, that is one file. */
function ofHome(modules: Modules): (id: string) => boolean {
  const home = withImports(HOME, modules);
  return (id) => home.has(id) && !HOME.includes(id);
}

/** A name for the modules of a file. */
function fileOf(name: string, choose: (modules: Modules) => (id: string) => boolean) {
  let isIn: ((id: string) => boolean) | undefined;
  return (id: string, modules: Modules): string | null => {
    isIn ??= choose(modules);
    return isIn(id) ? name : null;
  };
}

export default defineConfig({
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // A shared file would be named after all that share it.
            sanitizeFileName: (name) => name.replace(/~.*$/s, ""),
            // Each small file costs a head, and a place in the queue of a browser.
            codeSplitting: {
              groups: [
                { name: fileOf("frame", ofFrame), debugName: "frame", priority: 3 },
                {
                  name: fileOf("home", ofHome),
                  debugName: "home",
                  minShareCount: 2,
                  priority: 2,
                },
                {
                  name: "shared",
                  test: /web\/src\/lib\//,
                  minShareCount: 2,
                  entriesAware: true,
                  entriesAwareMergeThreshold: 6_000,
                  priority: 1,
                },
              ],
            },
          },
        },
      },
    },
  },
  plugins: [
    droppableDocuments(),
    listOfTexts(),
    sveltekit({
      adapter: adapter({ precompress: true }),
      // Only for those who chose to read offline: lib/offline/offline-copies.ts.
      serviceWorker: { register: false },
      csp: {
        mode: "nonce",
        // hooks.server.ts adds the origin of the live feed, which depends on the environment.
        directives: {
          "default-src": ["self"],
          "script-src": ["self"],
          "style-src": ["self"],
          // Kit's announcer for screen readers hides itself with this one style attribute. No other
          // element may have one.
          "style-src-attr": [
            "unsafe-hashes",
            "sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=",
          ],
          "img-src": ["self", "data:"],
          "font-src": ["self"],
          "connect-src": ["self"],
          "object-src": ["none"],
          "base-uri": ["none"],
          "form-action": ["self"],
          "frame-ancestors": ["none"],
        },
      },
    }),
  ],
});
