import type { Translate } from "../language/messages.ts";
import type { Viewer } from "../session/viewer.ts";

/** Links of the side bar under one name. */
export interface NavigationGroup {
  readonly key: string;
  readonly name: string;
  readonly links: readonly NavigationLink[];
}

interface NavigationLink {
  readonly href: string;
  readonly name: string;
  /** Pages that are reached through it, and stand beside it in the address. */
  readonly covers: readonly string[];
}

/** Pages of a fund that the tabs of its administration lead to. */
const ADMINISTRATION_PAGES = ["orders", "portfolio", "actions", "valuations"];

type Offer = readonly [href: string, name: string, isOffered: boolean, covers?: readonly string[]];

const offered = (links: readonly Offer[]): NavigationLink[] =>
  links
    .filter(([, , isOffered]) => isOffered)
    .map(([href, name, , covers = []]) => ({ href, name, covers }));

/** The pages of a fund: its books, what is worked out from them, and the work on them. */
function fundPages(fund: string, mayAsk: boolean, t: Translate): NavigationGroup[] {
  const covers = ADMINISTRATION_PAGES.map((page) => `${fund}/${page}`);
  return [
    {
      key: "fund",
      name: t("nav.fund"),
      links: offered([
        [fund, t("nav.summary"), true],
        [`${fund}/transactions`, t("nav.transactions"), true],
        [`${fund}/accounts`, t("nav.accounts"), true],
        [`${fund}/reports`, t("nav.reports"), true],
        [`${fund}/administration`, t("nav.administration"), true, covers],
      ]),
    },
    {
      key: "analysis",
      name: t("nav.analysis"),
      links: offered([
        [`${fund}/performance`, t("nav.performance"), true],
        [`${fund}/bridge`, t("nav.bridge"), true],
        [`${fund}/allocation`, t("nav.allocation"), true],
        [`${fund}/simulate`, t("nav.simulate"), true],
        [`${fund}/ask`, t("nav.ask"), mayAsk],
      ]),
    },
    {
      key: "bookkeeping",
      name: t("nav.bookkeeping"),
      links: offered([
        [`${fund}/categories`, t("nav.categories"), true, [`${fund}/budgets`]],
        [`${fund}/counterparties`, t("nav.counterparties"), true],
        [`${fund}/journals`, t("nav.journals"), true],
        [`${fund}/month-end`, t("nav.monthEnd"), true],
        [`${fund}/periods`, t("nav.periods"), true],
      ]),
    },
  ];
}

/** What the side bar offers a user, with the pages of a fund when one is shown. */
export function navigation(
  { may }: Viewer,
  fundId: string | undefined,
  t: Translate,
): NavigationGroup[] {
  return [
    ...(fundId === undefined ? [] : fundPages(`/funds/${fundId}`, may.ask, t)),
    {
      key: "review",
      name: t("nav.review"),
      links: offered([
        ["/review", t("nav.toReview"), may.post || may.approve || may.correct],
        ["/approvals", t("nav.approvals"), may.approve || may.post],
      ]),
    },
    {
      key: "registers",
      name: t("nav.registers"),
      links: offered([
        ["/investors", t("nav.investors"), may.seeInvestors],
        ["/securities", t("nav.securities"), may.post],
        ["/dimensions", t("nav.dimensions"), may.post],
        ["/markets", t("nav.markets"), true],
      ]),
    },
    {
      key: "evidence",
      name: t("nav.evidence"),
      links: offered([["/audit", t("nav.audit"), may.audit]]),
    },
    {
      key: "settings",
      name: t("nav.settings"),
      links: offered([
        ["/funds/new", t("nav.openFund"), may.post],
        ["/admin/users", t("nav.users"), may.administer],
        ["/admin/clients", t("nav.clients"), may.administer],
        ["/admin/webhooks", t("nav.webhooks"), may.administer],
        ["/components", t("nav.components"), may.administer],
        ["/jobs", t("nav.jobs"), may.ask || may.simulate || may.audit || may.administer],
      ]),
    },
  ];
}

/** The fund that a page is about: by its address, by its `fundId`, or by what it shows. */
export function fundOf(
  route: string | null,
  params: Partial<Record<string, string>>,
  data: Readonly<Record<string, unknown>>,
): string | undefined {
  if (route?.startsWith("/funds/[id]")) return params["id"];
  if (typeof data["fundId"] === "string") return data["fundId"];
  const statement = data["statement"] as { account?: unknown } | null | undefined;
  for (const shown of [data["account"], data["transaction"], statement, statement?.account]) {
    const id = (shown as { fund?: { id?: unknown } } | null | undefined)?.fund?.id;
    if (typeof id === "string") return id;
  }
  return undefined;
}
