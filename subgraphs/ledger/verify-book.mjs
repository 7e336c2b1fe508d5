#!/usr/bin/env node
// Checks an exported book without a database, a package or any code of the service: it folds every event
// and holds each against the rules. Usage: see USAGE below, and docs/evidence.md.
// Exit code 0: sound. 1: not sound, the first bad position is named. 2: the file cannot be read.
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { verifyFile, verifyLines } from "./verify-book/verify-file.mjs";

export { verifyFile, verifyLines };

const USAGE =
  "usage: verify-book.mjs <file> [<position>:<hash noted elsewhere>] [--limits <tenant's book>]";
const PROGRESS_EVERY_MS = 3_000;

function readAnchor(text) {
  if (text === undefined) return undefined;
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === undefined) throw new Error("what was noted elsewhere is given as <position>:<hash>");
  return { position: Number(position), hash };
}

/** Writes how far it is every few seconds; only a person at a terminal waits for that. */
function progressOn(terminal) {
  if (!terminal.isTTY) return undefined;
  const began = Date.now();
  let next = began + PROGRESS_EVERY_MS;
  return (position, end) => {
    if (position % 1_024 !== 0 || Date.now() < next) return;
    next = Date.now() + PROGRESS_EVERY_MS;
    const perSecond = Math.round((position * 1_000) / (Date.now() - began));
    terminal.write(`${position} of ${end} events are sound, ${perSecond} a second\n`);
  };
}

function describe({ sound, fault, position, hash, uncheckedLimits }) {
  if (!sound) return `not sound: position ${fault.position}: ${fault.kind}: ${fault.what}\n`;
  const end = `sound up to position ${position}, hash ${hash}\n`;
  if (uncheckedLimits === undefined) return end;
  const times = uncheckedLimits === 1 ? "once" : `${uncheckedLimits} times`;
  return `${end}not checked: the tenant's limits, which could apply ${times}; give the tenant's own book with --limits\n`;
}

async function main(args) {
  try {
    const options = { limits: { type: "string" } };
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    const [file, noted, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error(USAGE);
    const onProgress = progressOn(process.stderr);
    const verdict = await verifyFile(file, readAnchor(noted), { ...values, onProgress });
    process.exitCode = verdict.sound ? 0 : 1;
    process.stdout.write(describe(verdict));
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`cannot be checked: ${error.message}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await main(process.argv.slice(2));
