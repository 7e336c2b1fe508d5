/** Texts that only some pages need, each in a folder of the catalogue. */
export const CATALOGUE_PARTS = [
  "administration",
  "analysis",
  "books",
  "budgets",
  "home",
  // Refusals: for the server, whatever the route.
  "problems",
  "settings",
  "sign-in",
] as const;
export type CataloguePart = (typeof CATALOGUE_PARTS)[number];

// The first that a route begins with; a route without a line has the frame's texts only.
const ROUTES: readonly (readonly [start: string, part: CataloguePart])[] = [
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
  ["/components", "settings"],
  ["/dimensions", "settings"],
  ["/approvals", "settings"],
  ["/sign-in", "sign-in"],
];

/** The part of the catalogue that a route needs besides the texts of the frame. */
export const partOf = (route: string | null): CataloguePart | undefined =>
  route === "/" ? "home" : ROUTES.find(([start]) => route?.startsWith(start) ?? false)?.[1];
