import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { listFiles, readText } from "./repository.mjs";

const SOURCE = /\.(ts|mjs|js|svelte|sh|sql)$/;
/** A path as docs write it: no placeholder, no pattern, not absolute. */
const PATH = /^[\w.@[\]()+-]+(\/[\w.@[\]()+-]+)*\/?$/;

/** Refuses documents that name a file, a folder, a link or an npm script that does not exist. */
export async function checkDocs(root) {
  const files = await listFiles(root);
  const repository = {
    files: new Set(files),
    folders: foldersOf(files),
    scripts: await scriptsOf(root, files),
  };
  const problems = [];
  for (const file of files.filter((name) => name.endsWith(".md"))) {
    problems.push(...findBroken(file, (await readText(root, file)) ?? "", repository));
  }
  return {
    ok: problems.length === 0,
    output: problems.map(({ file, line, what }) => `${file}:${line}: ${what}`).join("\n"),
  };
}

/** What a document names and the repository does not have. */
export function findBroken(file, text, repository) {
  let fenced = false;
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const missing = [
      ...namedPaths(line, fenced).filter((path) => !exists(path, repository)),
      ...linkedPaths(line, file).filter((path) => !isThere(path, repository)),
    ].map((path) => `there is no ${path}`);
    const unknown = namedScripts(line)
      .filter(({ workspace, script }) => !repository.scripts.get(workspace)?.has(script))
      .map(
        ({ workspace, script }) => `there is no script "${script}" in ${workspace || "the root"}`,
      );
    return [...missing, ...unknown].map((what) => ({ file, line: index + 1, what }));
  });
}

function namedPaths(line, fenced) {
  const spans = fenced ? [line] : [...line.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
  return spans
    .flatMap((span) => span.split(/[\s,;:'"=]+/))
    .filter((word) => PATH.test(word) && (SOURCE.test(word) || word.includes("/")));
}

function linkedPaths(line, file) {
  return [...line.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(file), target));
}

function namedScripts(line) {
  const runs = line.matchAll(/npm run (?:-s )?([a-z][\w:-]*)(?: -w ([\w/-]+))?/g);
  return [...runs].map(([, script, workspace = ""]) => ({ script, workspace }));
}

/**
 * A path from the root, or the end of one, as in `slices/model.ts`. Of what is no source file only paths
 * from the root count: `application/json` is none.
 */
function exists(path, repository) {
  const compiled = path.replace(/(^|\/)dist\/(.*)\.js$/, "$1src/$2.ts");
  if (isThere(compiled, repository)) return true;
  const [top] = path.split("/");
  if (repository.folders.has(top)) return isIgnored(path);
  if (!SOURCE.test(path)) return true;
  return [...repository.files].some((file) => file.endsWith(`/${compiled}`));
}

const isThere = (path, { files, folders }) => {
  const bare = path.replace(/\/$/, "");
  return files.has(bare) || folders.has(bare);
};

/** Made by a build or a start, so not in the repository. */
const isIgnored = (path) =>
  /(^|\/)(dist|build|node_modules)(\/|$)/.test(path) && !/dist\/.*\.js$/.test(path);

function foldersOf(files) {
  const folders = new Set();
  for (const file of files) {
    for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) {
      folders.add(folder);
    }
  }
  return folders;
}

async function scriptsOf(root, files) {
  const manifests = files.filter((file) => posix.basename(file) === "package.json");
  const scripts = await Promise.all(
    manifests.map(async (file) => {
      const { scripts: own = {} } = JSON.parse(await readFile(join(root, file), "utf8"));
      const folder = posix.dirname(file);
      return [folder === "." ? "" : folder, new Set(Object.keys(own))];
    }),
  );
  return new Map(scripts);
}
