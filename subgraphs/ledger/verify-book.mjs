#!/usr/bin/env node
// Checks an exported book without a database, a package or any code of the service: only what the
// file says and SHA-256. Usage: node verify-book.mjs <file> [<position>:<hash noted elsewhere>]
// Exit code 0: sound. 1: not sound, the first bad position is named. 2: the file cannot be read.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const GENESIS = "0".repeat(64);

/** One spelling of a JSON value: members sorted by code unit, no white space (RFC 8785). */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** The hash an event would have at a position behind a given hash. */
function hashAt({ tenantId, bookId }, previous, position, { hash: _hash, ...event }) {
  return createHash("sha256")
    .update(Buffer.from(previous, "hex"))
    .update(canonical({ tenantId, bookId, ...event, position }))
    .digest("hex");
}

async function* linesOf(file) {
  let number = 0;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    number += 1;
    try {
      yield JSON.parse(text);
    } catch {
      throw new Error(`line ${number} is no JSON`);
    }
  }
}

/** The events of the file from the nth on, counted from 1. */
async function* eventsFrom(file, nth) {
  let count = 0;
  for await (const event of linesOf(file)) {
    if (count >= nth) yield event;
    count += 1;
  }
}

const fault = (position, kind, what) => ({ sound: false, fault: { position, kind, what } });

/** Names the first bad position of an exported book, or says that there is none. */
export async function verifyFile(file, anchor) {
  let header;
  let last = { position: 0, hash: GENESIS };
  const accounts = new Map();
  const proposals = new Map();
  for await (const line of linesOf(file)) {
    if (header === undefined) {
      header = line;
      if (header.format !== "allfunds-book" || header.version !== 1) {
        throw new Error("the first line is no header of an exported book");
      }
      continue;
    }
    const position = last.position + 1;
    if (line.position > header.head.position) {
      const end = `the book ends at ${header.head.position}, its events go on`;
      return fault(header.head.position + 1, "INSERTED", end);
    }
    if (line.position !== position || hashAt(header, last.hash, position, line) !== line.hash) {
      return nameBreak(header, position, last.hash, eventsFrom(file, position));
    }
    const wrong = checkMoney(line.payload, accounts);
    if (wrong !== undefined) return fault(position, "ENTRIES", wrong);
    const alone = checkSecondPerson(line, proposals);
    if (alone !== undefined) return fault(position, "APPROVAL", alone);
    if (anchor?.position === position && anchor.hash !== line.hash) {
      return fault(position, "CHANGED", "the hash there is not the one that was noted");
    }
    last = { position, hash: line.hash };
  }
  if (header === undefined) throw new Error("the file is empty");
  return checkEnd(last, header.head) ?? checkEnd(last, beyond(anchor, last)) ?? sound(last);
}

const sound = (last) => ({ sound: true, ...last });
const beyond = (anchor, last) =>
  anchor !== undefined && anchor.position > last.position ? anchor : last;

function checkEnd(last, head) {
  if (head.position > last.position) {
    const end = `the book ends at ${head.position}, the file before that`;
    return fault(last.position + 1, "MISSING", end);
  }
  if (head.hash === last.hash) return undefined;
  return fault(last.position, "CHANGED", "the last event has not the hash the book ends with");
}

/** Finds the event that belongs at the break, to tell what was done there. Holds two events at most. */
async function nameBreak(book, position, previous, rest) {
  let suspect;
  let second;
  let place = position - 1;
  let shifted;
  for await (const event of rest) {
    place += 1;
    if (suspect === undefined) {
      suspect = event;
      continue;
    }
    second ??= event;
    if (shifted === undefined) {
      const own = hashAt(book, previous, position, event);
      if (own !== event.hash && own !== suspect.hash) continue;
      if (place > position + 1) return reordered(position, place);
      shifted = { next: position + 1, hash: own };
    } else if (hashAt(book, shifted.hash, shifted.next, event) === event.hash) {
      shifted = { next: shifted.next + 1, hash: event.hash };
    } else {
      break;
    }
    const fit = hashAt(book, shifted.hash, shifted.next, suspect);
    if (fit === suspect.hash || fit === event.hash) return reordered(position, position + 1);
  }
  if (shifted !== undefined) {
    return fault(position, "INSERTED", `the event at ${position} was never recorded`);
  }
  if (suspect.position > position) {
    return fault(position, "MISSING", `event ${position} is gone`);
  }
  if (second !== undefined && hashAt(book, suspect.hash, position + 2, second) === second.hash) {
    return fault(
      position,
      "MISSING",
      `event ${position} is gone and the later ones were moved down`,
    );
  }
  return fault(position, "CHANGED", `the event at ${position}, or its hash, is not as recorded`);
}

const reordered = (position, at) =>
  fault(position, "REORDERED", `the event that was recorded at ${position} stands at ${at}`);

const DEBIT_NORMAL = new Set(["ASSET", "EXPENSE"]);
/** Events spell every decimal of a currency, so that without the point a text is in minor units. */
const minor = (amount) => BigInt(amount.replace(".", ""));

/** Double entry and running balances; memory grows with the accounts, not with the book. */
function checkMoney(payload, accounts) {
  if (typeof payload.accountId === "string" && typeof payload.code === "string") {
    accounts.set(payload.accountId, { debitNormal: DEBIT_NORMAL.has(payload.type), balance: 0n });
  }
  if (!Array.isArray(payload.entries)) return undefined;
  const sums = new Map();
  for (const { accountId, side, amount, currency, balanceAfter } of payload.entries) {
    const debit = side === "DEBIT" ? minor(amount) : -minor(amount);
    sums.set(currency, (sums.get(currency) ?? 0n) + debit);
    const account = accounts.get(accountId);
    if (account === undefined) return `account ${accountId} was never opened`;
    account.balance += account.debitNormal ? debit : -debit;
    if (account.balance !== minor(balanceAfter)) {
      return `the balance of account ${accountId} is not the sum of its entries`;
    }
  }
  const open = [...sums].find(([, sum]) => sum !== 0n);
  return open && `debits and credits in ${open[0]} differ`;
}

/** Nobody decides on what he proposed, nor does an API client of his; memory grows with what waits. */
function checkSecondPerson({ type, actor, payload }, proposals) {
  const { proposalId, maker, makerOwner } = payload;
  if (type === "TransactionProposed") proposals.set(proposalId, [maker, makerOwner]);
  if (!["ProposalApproved", "ProposalRejected", "ProposalWithdrawn"].includes(type))
    return undefined;
  const makers = proposals.get(proposalId);
  proposals.delete(proposalId);
  if (makers === undefined) return `proposal ${proposalId} does not wait`;
  if (type === "ProposalWithdrawn" || !makers.includes(actor)) return undefined;
  return `proposal ${proposalId} was decided by its maker`;
}

function readAnchor(text) {
  if (text === undefined) return undefined;
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === undefined) throw new Error("what was noted elsewhere is given as <position>:<hash>");
  return { position: Number(position), hash };
}

async function main([file, noted]) {
  try {
    if (file === undefined) throw new Error("usage: verify-book.mjs <file> [<position>:<hash>]");
    const { sound: isSound, fault: found, ...end } = await verifyFile(file, readAnchor(noted));
    process.exitCode = isSound ? 0 : 1;
    process.stdout.write(
      isSound
        ? `sound up to position ${end.position}, hash ${end.hash}\n`
        : `not sound: position ${found.position}: ${found.kind}: ${found.what}\n`,
    );
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`cannot be checked: ${error.message}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await main(process.argv.slice(2));
