import { listFiles, readText } from "./repository.mjs";
import { KEPT_NAMES, NOT_READ, RETIRED_WORDS } from "./retired-words.mjs";

const CODE = /\.(ts|mjs|js|svelte)$/;
const MOST_SHOWN = 100;

/** Refuses the retired words in texts, identifiers and file names of the repository. */
export async function checkWords(root) {
  const findings = [];
  for (const file of await listFiles(root)) {
    if (NOT_READ.some((kept) => kept.file.test(file))) continue;
    const text = await readText(root, file);
    if (text !== undefined) findings.push(...findRetiredWords(file, text));
  }
  return { ok: findings.length === 0, output: describe(findings) };
}

/** The retired words in a file: its line, 0 for the file's name, and what to write instead. */
export function findRetiredWords(file, text) {
  const rules = RULES.filter(
    ({ only, except }) => only?.test(file) !== false && except?.test(file) !== true,
  );
  const names = CODE.test(file) ? identifiersOf : () => "";
  const lines = text.split("\n");
  return [
    ...rules.filter(({ matches }) => matches(file)).map((rule) => finding(file, 0, rule, file)),
    ...lines.flatMap((line, index) => {
      if (!ANY_WORD.test(line)) return [];
      const kept = KEPT_NAMES.reduce((rest, { name }) => rest.replaceAll(name, ""), line);
      const identifiers = names(kept);
      return rules
        .filter(({ namesOnly, matches }) => matches(namesOnly ? identifiers : kept))
        .map((rule) => finding(file, index + 1, rule, line));
    }),
  ];
}

const RULES = RETIRED_WORDS.map((rule) => {
  const pattern = new RegExp(`\\b(?:${rule.pattern})\\b`, "i");
  const matches = (text) =>
    pattern.test(inWords(rule.allowed === undefined ? text : text.replaceAll(rule.allowed, "")));
  return { ...rule, matches };
});

/** A first look that most lines do not pass, without regard to the bounds of words. */
const ANY_WORD = new RegExp(
  RETIRED_WORDS.map(({ pattern }) => pattern.replaceAll(" ", " ?")).join("|"),
  "i",
);

const finding = (file, line, { word, instead }, text) => ({
  file,
  line,
  word,
  instead,
  text: text.trim().slice(0, 120),
});

/** Names become words: `openFund`, `HTTPServer` and `open_fund`. */
function inWords(text) {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replaceAll("_", " ");
}

/**
 * The identifiers of a line of code that are beyond doubt: names of several words, and words that are
 * declared, called or read from an object. Texts and comments have none.
 */
function identifiersOf(line) {
  if (/^\s*(\/?\*|\/\/|<!--)/.test(line)) return "";
  const code = line
    .replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g, "")
    .replace(/\/\/.*$/, "");
  const names = code.matchAll(/[\w$]*[a-z\d_][A-Z_][\w$]*|(?<=[.#])\w+|\w+(?=\s*[(:=<])/g);
  return [...names].join(" ");
}

function describe(findings) {
  const byPackage = Map.groupBy(findings, ({ file }) => packageOf(file));
  const counts = [...byPackage].map(([name, found]) => `  ${name}: ${found.length}`);
  const lines = findings
    .slice(0, MOST_SHOWN)
    .map(({ file, line, word, instead, text }) =>
      line === 0
        ? `${file}: the name has "${word}" (write: ${instead})`
        : `${file}:${line}: "${word}" (write: ${instead}): ${text}`,
    );
  const more = findings.length - lines.length;
  return [
    `${findings.length} retired words:`,
    ...counts,
    "",
    ...lines,
    ...(more > 0 ? [`... and ${more} more`] : []),
  ].join("\n");
}

const packageOf = (file) => /^(subgraphs\/)?[^/]+/.exec(file)?.[0] ?? file;
