import { spawn } from "node:child_process";
import { resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");

/** A step shorter than this is not shown. */
const SILENT_MS = 700;
const REMIND_MS = 15_000;

export function fail(message) {
  console.error(message);
  process.exit(1);
}

export function elapsed(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Runs one long step, showing on the terminal that and for how long it goes on. On standard error:
 * standard output is for the command's result.
 */
export async function step(title, work) {
  const started = performance.now();
  const live = process.stderr.isTTY;
  const show = () =>
    live
      ? process.stderr.write(`\r${title} ... ${elapsed(started)} `)
      : console.error(`${title} ... ${elapsed(started)}`);
  let timer;
  const opening = setTimeout(() => {
    show();
    timer = setInterval(show, live ? 500 : REMIND_MS);
  }, SILENT_MS);
  try {
    const result = await work();
    if (timer) console.error(`${live ? "\r" : ""}${title}: done in ${elapsed(started)}   `);
    return result;
  } catch (error) {
    if (timer && live) console.error();
    throw error;
  } finally {
    clearTimeout(opening);
    clearInterval(timer);
  }
}

/** Runs a program from the root and keeps its output for the case that it fails. */
export function runQuietly(program, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    const output = [];
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.on("error", (error) => done({ ok: false, output: `${program}: ${error.message}` }));
    child.on("close", (code) =>
      done({ ok: code === 0, code, output: Buffer.concat(output).toString() }),
    );
  });
}
