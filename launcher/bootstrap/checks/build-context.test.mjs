import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../terminal.mjs";

const lines = (file) =>
  readFileSync(join(ROOT, file), "utf8")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim());
const admitted = lines(".dockerignore")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));
const isAdmitted = (path) =>
  admitted.some((entry) => path === entry || path.startsWith(`${entry}/`)) ||
  admitted.some((entry) => entry.startsWith(`${path}/`));

/** The folders that `tsc -b` builds for the image, with those that they refer to. */
function builtFolders() {
  const compiled = /tsc -b ([^&]+)/.exec(lines("Dockerfile").join("\n"))?.[1] ?? "";
  const found = new Set();
  const waiting = compiled.trim().split(/\s+/);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    const { references = [] } = JSON.parse(
      readFileSync(join(ROOT, folder, "tsconfig.json"), "utf8"),
    );
    waiting.push(...references.map(({ path }) => join(folder, path)));
  }
  return [...found];
}

it("has everything that the Dockerfile copies from it", () => {
  const copied = lines("Dockerfile")
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(/\s+/).slice(1, -1))
    .filter((path) => path !== ".");
  expect(copied.length).toBeGreaterThan(10);
  expect(copied.filter((path) => !existsSync(join(ROOT, path)) || !isAdmitted(path))).toEqual([]);
});

it("has the manifest of every workspace, and the sources of every package that is compiled", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const workspaces = Object.keys(packages).filter((path) => path && !path.includes("node_modules"));
  expect(workspaces.filter((path) => !isAdmitted(`${path}/package.json`))).toEqual([]);
  const dockerfile = lines("Dockerfile").join("\n");
  expect(workspaces.filter((path) => !dockerfile.includes(`${path}/package.json`))).toEqual([]);
  expect(builtFolders().length).toBeGreaterThan(8);
  expect(builtFolders().filter((folder) => !isAdmitted(`${folder}/src`))).toEqual([]);
});
