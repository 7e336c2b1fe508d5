import type { Translate } from "../language/messages.ts";
import type { Viewer } from "../session/viewer.ts";
import { navigation } from "../shell/navigation.ts";

/** Something a reader can go to or do. */
export interface Place {
  readonly kind: PlaceKind;
  readonly name: string;
  /** What it belongs to; also searched. */
  readonly about: string;
  readonly href: string;
}

type PlaceKind = (typeof PLACE_KINDS)[number];
/** In the order in which they are shown. */
const PLACE_KINDS = ["action", "page", "fund", "account"] as const;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What a reader is at, and what there is. */
export interface Surroundings {
  readonly viewer: Viewer;
  readonly funds: readonly Named[];
  /** The fund of the page. */
  readonly fundId: string | undefined;
  /** The transaction of the page. */
  readonly transactionId: string | undefined;
  readonly accounts: readonly AccountPlace[];
  readonly t: Translate;
}

/** An account with its fund. */
export interface AccountPlace extends Named {
  readonly code: string;
  readonly fundName: string;
}

/** Everything the palette can offer a reader without asking the graph. */
export function placesOf(at: Surroundings): Place[] {
  return [...actionsAt(at), ...pagesAt(at), ...fundsOf(at), ...accountsOf(at)];
}

function actionsAt({ viewer: { may }, fundId, transactionId, funds, t }: Surroundings): Place[] {
  const about = funds.find(({ id }) => id === fundId)?.name ?? "";
  const fund = `/funds/${fundId}`;
  const inFund = fundId !== undefined;
  const actions: [isOffered: boolean, name: string, href: string][] = [
    [inFund && may.post, t("fund.postTitle"), `${fund}?post#post-title`],
    [inFund && may.post, t("action.import"), `${fund}/import`],
    [
      transactionId !== undefined && may.post,
      t("action.reverse"),
      `/transactions/${transactionId}?reverse#reverse`,
    ],
    [inFund, t("action.exportCsv"), `${fund}/transactions/export?format=csv`],
    [inFund, t("action.exportXlsx"), `${fund}/transactions/export?format=xlsx`],
  ];
  return actions
    .filter(([isOffered]) => isOffered)
    .map(([, name, href]) => ({ kind: "action", name, about, href }));
}

const pagesAt = ({ viewer, fundId, t }: Surroundings): Place[] => [
  { kind: "page", name: t("shell.home"), about: "", href: "/" },
  ...navigation(viewer, fundId, t).flatMap((group) =>
    group.links.map(({ href, name }) => ({ kind: "page" as const, name, about: group.name, href })),
  ),
];

const fundsOf = ({ funds }: Surroundings): Place[] =>
  funds.map(({ id, name }) => ({ kind: "fund", name, about: "", href: `/funds/${id}` }));

const accountsOf = ({ accounts }: Surroundings): Place[] =>
  accounts.map(({ id, code, name, fundName }) => ({
    kind: "account",
    name: `${code} ${name}`,
    about: fundName,
    href: `/accounts/${id}`,
  }));

const MOST_OF_A_KIND = 6;

/** The places that fit what was typed, the best of each kind first. Without a text: pages and actions. */
export function findPlaces(places: readonly Place[], typed: string, most = MOST_OF_A_KIND) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  return PLACE_KINDS.flatMap((kind) => {
    if (words.length === 0 && kind === "account") return [];
    return places
      .filter((place) => place.kind === kind)
      .map((place) => ({ place, rank: rankOf(place, words) }))
      .filter(({ rank }) => rank > 0)
      .toSorted((left, right) => right.rank - left.rank)
      .slice(0, words.length === 0 && kind !== "fund" ? Infinity : most)
      .map(({ place }) => place);
  });
}

// Every typed word begins a word of the place; a name that begins with the first one comes first.
function rankOf({ name, about }: Place, words: readonly string[]): number {
  const [inName, inAbout] = [wordsOf(name), wordsOf(about)];
  if (!words.every((word) => begins(inName, word) || begins(inAbout, word))) return 0;
  if (!words.every((word) => begins(inName, word))) return 1;
  return fold(name).startsWith(words[0] ?? "") ? 3 : 2;
}

const begins = (words: readonly string[], start: string): boolean =>
  words.some((word) => word.startsWith(start));

const wordsOf = (text: string): string[] => fold(text).split(/[^\p{L}\p{N}]+/u);

/** Without case and marks, so that "uberweisung" finds "Überweisung". */
const fold = (text: string): string =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
