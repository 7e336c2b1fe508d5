/** Texts that only some pages need, each in a folder of the catalogue. */
export const CATALOGUE_PARTS = [
  "administration",
  "analysis",
  "books",
  "budgets",
  "fund",
  "home",
  // Refusals: for the server, whatever the route.
  "problems",
  "search",
  "settings",
  "sign-in",
] as const;
export type CataloguePart = (typeof CATALOGUE_PARTS)[number];

// The first that a route begins with; a route without a line has the frame's texts only.
const ROUTES: readonly (readonly [start: string, ...parts: CataloguePart[]])[] = [
  ["/funds/[id]/simulate", "analysis"],
  ["/funds/[id]/performance", "analysis"],
  ["/funds/[id]/ask", "analysis"],
  ["/markets", "analysis"],
  ["/funds/[id]/administration", "administration"],
  ["/funds/[id]/orders", "administration"],
  ["/funds/[id]/portfolio", "administration"],
  ["/funds/[id]/allocation", "administration"],
  ["/funds/[id]/actions", "administration"],
  ["/funds/[id]/valuations", "administration"],
  ["/investors", "administration"],
  ["/securities", "administration"],
  ["/funds/[id]/budgets", "budgets"],
  ["/funds/[id]/", "books"],
  ["/funds/new", "books"],
  ["/accounts", "books"],
  ["/transactions", "books"],
  ["/review", "books"],
  ["/admin", "settings"],
  ["/audit", "settings"],
  ["/jobs", "settings"],
  ["/components", "settings", "fund"],
  ["/dimensions", "settings"],
  ["/approvals", "settings"],
  ["/search", "search"],
  ["/sign-in", "sign-in"],
];

// Pages whose routes others begin with.
const PAGES: Readonly<Record<string, CataloguePart>> = { "/": "home", "/funds/[id]": "fund" };

/** The parts of the catalogue that a route needs besides the texts of the frame. */
export function partsOf(route: string | null): readonly CataloguePart[] {
  const page = PAGES[route ?? ""];
  if (page !== undefined) return [page];
  const [, ...parts] = ROUTES.find(([start]) => route?.startsWith(start) ?? false) ?? [""];
  return parts;
}
