let known: Promise<ReadonlySet<string>> | undefined;

/** Passwords of breaches, about 49,000, from the lists of zxcvbn-ts (MIT). Read when a password is first chosen. */
async function readKnown(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/**
 * Whether a password is one of a breach, or such a one with digits and signs around it or written several times:
 * what programs that guess try first.
 */
export async function isKnownPassword(password: string): Promise<boolean> {
  known ??= readKnown();
  const passwords = await known;
  const lower = password.toLowerCase();
  const core = lower.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [lower, core, unitOf(lower), unitOf(core)].some((text) => passwords.has(text));
}

/** What a text repeats: `pass` of `passpasspass`; the text itself when it repeats nothing. */
const unitOf = (text: string): string => /^(.+?)\1+$/.exec(text)?.[1] ?? text;
