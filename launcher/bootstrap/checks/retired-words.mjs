/** Files in which letters are those of an alphabet. */
const ALPHABETS =
  /(^demo\/generate\/securities|\/(normalise|cut-ibans|offline-currencies\.test|verify-book\/commands))\.m?ts$|verify-book\/commands\.mjs$/;

/** What every service runs on: it serves no domain, so words of one belong to the contract or to a service. */
const RUNTIME = /^platform\/src\/(?!testing\/|bench\/)(?!.*\.(test|fixture)\.)/;

/**
 * Words that this repository does not use any more, and what to write in their place. A pattern is matched
 * against whole words, whatever their case, after names are taken apart: `openHouse` has the word "house".
 *
 * - `namesOnly`: looked for in identifiers and file names only, because prose has good uses of the word.
 * - `only`: looked for in these files, because other packages mean something else by it.
 * - `except`: not looked for in these files.
 * - `allowed`: phrases with another sense, which are taken out of a line first.
 */
export const RETIRED_WORDS = [
  {
    word: "house",
    pattern: "houses?|housed",
    instead: "system",
    allowed: /house (bank|account)/gi,
  },
  { word: "room", pattern: "rooms?", instead: "package, service, space", allowed: /data room/gi },
  { word: "door", pattern: "doors?", instead: "endpoint, entry point" },
  { word: "knock", pattern: "knock(s|ed|ing)?", instead: "connect, request" },
  { word: "stranger", pattern: "strangers?", instead: "another caller, an unknown user" },
  {
    word: "lane",
    pattern: "lanes?",
    instead: "queue, connection",
    // Instructions of WebAssembly end so; a kind of street.
    allowed: /harbour lane|\|lane\||\b(extract|load64)_lane\b/gi,
  },
  { word: "stretch", pattern: "stretch(es)?", instead: "range", allowed: /:\s*stretch\b/g },
  { word: "term", pattern: "terms?", instead: "lease", only: /^platform\/src\/feed\// },
  { word: "fund", pattern: "funds?", instead: "book, grant, or a name of contract", only: RUNTIME },
  {
    word: "ledger",
    pattern: "ledgers?",
    instead: "log, books, or a name of contract",
    only: RUNTIME,
  },
  { word: "NAV", pattern: "navs?", instead: "a name of contract", only: RUNTIME },
  { word: "posting", pattern: "postings?", instead: "write, or a name of contract", only: RUNTIME },
  { word: "asker", pattern: "askers?", instead: "caller, client" },
  { word: "asks", pattern: "asks", instead: "requests, calls, queries" },
  { word: "said", pattern: "said", instead: "reported, sent, stated" },
  { word: "says", pattern: "says", instead: "returns, reports, states" },
  { word: "told", pattern: "told", instead: "configured, notified, sent" },
  { word: "tells", pattern: "tells", instead: "reports, returns, shows" },
  { word: "tell", pattern: "tell", instead: "report, notify", namesOnly: true },
  { word: "hear", pattern: "hears?|heard|hearing", instead: "receive" },
  {
    word: "forget",
    pattern: "forg[eo]t(s|ten|ting)?",
    instead: "evict, clear",
    allowed: /forgot(ten)? (your |the |a |my )?password|\/forgotten\b|forgotten(Sent)?Page/gi,
  },
  { word: "knows", pattern: "knows|knew", instead: "holds, has cached" },
  { word: "know", pattern: "know", instead: "hold, have", namesOnly: true },
  { word: "purse", pattern: "purses?", instead: "budget" },
  { word: "jar", pattern: "jars?", instead: "a noun of the field" },
  { word: "vault", pattern: "vaults?", instead: "a noun of the field", only: /^platform\// },
  { word: "stand-in", pattern: "stand-ins?", instead: "fake" },
  { word: "stand-in", pattern: "stand ins?", instead: "fake", namesOnly: true },
  {
    word: "letter",
    pattern: "letters?",
    instead: "email",
    except: ALPHABETS,
    allowed:
      /letter-spacing|letters?,? (and )?(digits?|dashes)|lower case letters|letters that are read/gi,
  },
  { word: "trail", pattern: "trails?", instead: "audit log" },
  { word: "second person", pattern: "second (person|people)s?", instead: "second approver" },
  {
    word: "floor",
    pattern: "floors?",
    instead: "minimum balance",
    allowed: /\bMath\.floor\b|\bfloor\(/gi,
  },
  { word: "sweeper", pattern: "sweep(s|er|ers|ing)?", instead: "expiry job, cleanup job" },
  { word: "neighbour", pattern: "neighbou?rs?", instead: "upstream, adjacent" },
  {
    word: "somebody",
    pattern: "(some|any|every)body|nobody|whoever",
    instead: "a user, a client, a caller",
    // An account of UNIX.
    allowed: /["'`]nobody["'`]/g,
  },
  { word: "ours", pattern: "ours", instead: "the project's own" },
];

/** Names that stay although they have a retired word: clients use them, or data was made with them. */
export const KEPT_NAMES = [
  { name: /\bauditTrail\b/g, reason: "a query of the public graph" },
  { name: /\bledgerTrail\b/g, reason: "a query of the public graph" },
  { name: /\bLedgerTrailEntry(Connection|Edge)?\b/g, reason: "types of the public graph" },
  { name: /\bsetAccountFloor\b/g, reason: "a mutation of the public graph" },
  { name: /\bSetAccountFloor(Input)?\b/g, reason: "its input and its command, which metrics name" },
  { name: /\bAccountFloorSet\b/g, reason: "a stored event" },
  { name: /\bletters:(\/data| \{\})/g, reason: "a volume of systems that are deployed" },
  { name: /the audit trail is append-only/g, reason: "a function of databases that are migrated" },
  { name: /TENANT_BOOK_NAME = "house"/g, reason: "ids of tenants' books are hashes of this text" },
];

/** Files that no word is looked for in. */
export const NOT_READ = [
  { file: /^launcher\/bootstrap\/checks\/(retired-words|words\.test)\.mjs$/, reason: "the list" },
  { file: /(^|\/)package-lock\.json$|\.svg$|LICENSE/, reason: "written elsewhere" },
  { file: /^demo\/[^/]+\.(csv|xml)$/, reason: "bank statements and prices" },
  { file: /\.ndjson$/, reason: "stored events" },
  { file: /\.generated\.ts$/, reason: "made from the supergraph, which is read" },
  {
    file: /^subgraphs\/analytics\/.*(\/corpus\/|\/held-out\/|labelled-sentences|\/purpose-words|\/name-words|\/personal-data|\/hostile-forms)/,
    reason: "words of banks and markets",
  },
];
