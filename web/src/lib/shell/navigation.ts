import type { Viewer } from "../session/viewer.ts";

/** Links of the side bar under one name. */
export interface NavigationGroup {
  readonly name: string;
  readonly links: readonly { readonly href: string; readonly name: string }[];
}

const offered = (links: readonly (readonly [href: string, name: string, isOffered: boolean])[]) =>
  links.filter(([, , isOffered]) => isOffered).map(([href, name]) => ({ href, name }));

/** What the side bar offers a user, with the pages of a fund when one is shown. */
export function navigation({ may }: Viewer, fundId: string | undefined): NavigationGroup[] {
  const fund = `/funds/${fundId}`;
  return [
    {
      name: "Fund",
      links: offered(
        [
          [fund, "Summary", true],
          [`${fund}/transactions`, "Transactions", true],
          [`${fund}/accounts`, "Accounts", true],
          [`${fund}/reports`, "Reports", true],
          [`${fund}/performance`, "Performance", true],
          [`${fund}/categories`, "Categories", true],
          [`${fund}/periods`, "Periods", true],
          [`${fund}/administration`, "Administration", true],
          [`${fund}/ask`, "Ask", may.ask],
        ].filter(() => fundId !== undefined) as [string, string, boolean][],
      ),
    },
    {
      name: "Review",
      links: offered([
        ["/review", "To review", may.post || may.approve || may.correct],
        ["/approvals", "Approvals", may.approve || may.post],
      ]),
    },
    {
      name: "Registers",
      links: offered([
        ["/investors", "Investors", may.seeInvestors],
        ["/securities", "Securities", may.post],
      ]),
    },
    { name: "Evidence", links: offered([["/audit", "Audit log", may.audit]]) },
    {
      name: "Settings",
      links: offered([
        ["/funds/new", "Open a fund", may.post],
        ["/admin/users", "Users", may.administer],
        ["/admin/clients", "API clients", may.administer],
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
  for (const shown of [data["account"], data["transaction"], data["statement"]]) {
    const id = (shown as { fund?: { id?: unknown } } | null | undefined)?.fund?.id;
    if (typeof id === "string") return id;
  }
  return undefined;
}
