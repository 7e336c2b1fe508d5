import type { Translate } from "../language/messages.ts";
import type { Viewer } from "../session/viewer.ts";

/** Keys pressed one after the other, and what they do. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly name: string;
  readonly does: Deed;
}

/** What a shortcut does: it leads to an address, or opens a part of the page. */
export type Deed =
  | { readonly kind: "go"; readonly href: string }
  | { readonly kind: "search" | "help" | "amounts" };

/** The shortcuts of a reader who is at a fund, or at none. */
export function shortcutsOf({ may }: Viewer, fundId: string | undefined, t: Translate): Shortcut[] {
  const fund = `/funds/${fundId}`;
  const inFund = fundId !== undefined;
  const leads: [isOffered: boolean, keys: string, name: string, href: string][] = [
    [true, "g h", t("shell.home"), "/"],
    [inFund, "g f", t("keys.fund"), fund],
    [inFund, "g t", t("nav.transactions"), `${fund}/transactions`],
    [inFund, "g a", t("nav.accounts"), `${fund}/accounts`],
    [inFund, "g r", t("nav.reports"), `${fund}/reports`],
    [inFund, "g p", t("nav.performance"), `${fund}/performance`],
    [inFund, "g b", t("nav.bridge"), `${fund}/bridge`],
    [inFund, "g c", t("nav.categories"), `${fund}/categories`],
    [may.post || may.approve || may.correct, "g v", t("keys.review"), "/review"],
    [may.audit, "g l", t("nav.audit"), "/audit"],
    [inFund && may.post, "n", t("fund.postTitle"), `${fund}?post#post-title`],
    [inFund && may.post, "i", t("action.import"), `${fund}/import`],
  ];
  return [
    { keys: ["/"], name: t("keys.search"), does: { kind: "search" } },
    { keys: ["?"], name: t("keys.help"), does: { kind: "help" } },
    { keys: ["h"], name: t("keys.amounts"), does: { kind: "amounts" } },
    ...leads
      .filter(([isOffered]) => isOffered)
      .map(([, keys, name, href]): Shortcut => ({
        keys: keys.split(" "),
        name,
        does: { kind: "go", href },
      })),
  ];
}

/** What a browser reports of a pressed key. */
export interface PressedKey {
  readonly key: string;
  readonly code: string;
  readonly timeStamp: number;
}

/** How long the second key of a shortcut may take. */
const PATIENCE_MS = 1_500;

/** Follows pressed keys, and finds the shortcut that they complete. */
export class KeySequence {
  #pressed: readonly string[] = [];
  #last = -Infinity;

  /** Takes one key. Undefined while no shortcut is complete. */
  press(pressed: PressedKey, shortcuts: readonly Shortcut[]): Shortcut | undefined {
    const isLate = pressed.timeStamp - this.#last > PATIENCE_MS;
    const key = latinKeyOf(pressed);
    for (const keys of [[...(isLate ? [] : this.#pressed), key], [key]]) {
      const begun = shortcuts.filter((each) => keys.every((one, at) => each.keys[at] === one));
      if (begun.length === 0) continue;
      const whole = begun.find((each) => each.keys.length === keys.length);
      this.#pressed = whole ? [] : keys;
      this.#last = pressed.timeStamp;
      return whole;
    }
    this.#pressed = [];
    return undefined;
  }
}

// Keyboards of other scripts have no Latin keys; there the place of the key counts.
function latinKeyOf({ key, code }: PressedKey): string {
  const [, latin] = /^Key([A-Z])$/.exec(code) ?? [];
  const isLatin = /^[\x20-\x7e]$/.test(key);
  return latin !== undefined && !isLatin ? latin.toLowerCase() : key;
}
