import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
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

interface Modules {
  readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null;
}

/** What every page loads is one file: the layout with all that it imports. */
function frameOfPages() {
  const frame = new Set<string>();
  const add = (id: string, modules: Modules): void => {
    if (frame.has(id)) return;
    frame.add(id);
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) add(imported, modules);
  };
  return (id: string, modules: Modules): string | null => {
    if (frame.size === 0) for (const layout of LAYOUT) add(layout, modules);
    return frame.has(id) && !LAYOUT.includes(id) ? "frame" : null;
  };
}

const LAYOUT = ["layout.svelte", "layout.ts"].map((name) =>
  fileURLToPath(new URL(`src/routes/+${name}`, import.meta.url)),
);

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
                { name: frameOfPages(), debugName: "frame", priority: 2 },
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
