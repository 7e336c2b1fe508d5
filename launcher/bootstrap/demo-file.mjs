import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail, ROOT } from "./terminal.mjs";

/** The file in which the running system writes how to sign in to its demo and what is in it. */
export function demoFile() {
  const file = join(process.env.ALLFUNDS_DATA || join(ROOT, ".data"), "demo.json");
  if (!existsSync(file)) fail(`There is no ${file}. Start the system first: npm start`);
  return file;
}
