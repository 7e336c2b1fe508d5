import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What breaks WCAG 2.2 AA on the page, each with the first element that does. */
export const accessibilityFaults = (page: Page): Promise<string[]> =>
  faultsOf(axeFor(page).withTags(WCAG));

/** Of those faults the ones that colours make: a dark scheme differs from a light one in nothing else. */
export const contrastFaults = (page: Page): Promise<string[]> =>
  faultsOf(axeFor(page).withRules(["color-contrast"]));

/** In the page itself: for frames of other origins, which no page has, axe would open a second page each time. */
const axeFor = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();

async function faultsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
