/* oxlint-disable unicorn/consistent-function-scoping -- runs in the page, which has nothing else of this file */
import type { Page } from "playwright-core";

/** The width of a window, and what of the page a reader does not see in it. */
export interface LayoutFaults {
  /** Elements that make the page scroll sideways, or the page itself where none does alone. */
  readonly wide: string[];
  /** Figures and controls that are cut off, or that lie beside what can be scrolled to. */
  readonly hidden: string[];
  /** Regions that scroll sideways by more than two windows. */
  readonly far: string[];
}

/** Opens whatever is folded. */
export const unfoldAll = (page: Page): Promise<void> =>
  page
    .locator("details")
    .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));

const SHORTEST_MOTION_MS = 10;

/** What moves although the reader prefers that nothing does. */
export const motionFaults = (page: Page): Promise<string[]> =>
  page.evaluate((shortest) => {
    const moving = document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration) > shortest)
      .map(({ effect }) => (effect instanceof KeyframeEffect ? effect.target : null));
    const willMove = [...document.querySelectorAll("*")].filter((element) =>
      getComputedStyle(element)
        .transitionDuration.split(", ")
        .some((seconds) => parseFloat(seconds) * 1_000 > shortest),
    );
    return [...moving, ...willMove].map((element) => element?.outerHTML.slice(0, 120) ?? "?");
  }, SHORTEST_MOTION_MS);

/** Looks at the page as it is laid out now. */
export const layoutFaults = (page: Page): Promise<LayoutFaults> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const named = (element: Element) => element.outerHTML.slice(0, 120);
    const seen = [...document.body.querySelectorAll("*")].filter((element) =>
      element.checkVisibility(),
    );
    const scrolls = (element: Element) =>
      ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    const clips = (element: Element) =>
      ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
    const isBeside = (element: Element, from: number, to: number) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < from - 1 || right > to + 1);
    };
    /** The nearest element around this one that scrolls or clips what is wider. */
    const frameOf = (element: Element): Element | null => {
      let around = element.parentElement;
      while (around && !scrolls(around) && !clips(around)) around = around.parentElement;
      return around === document.documentElement ? null : around;
    };
    const isOnlySpoken = (element: Element): boolean => {
      if (getComputedStyle(element).clipPath !== "none") return true;
      return element.parentElement !== null && isOnlySpoken(element.parentElement);
    };
    const isHidden = (element: Element): boolean => {
      if (element.scrollWidth > element.clientWidth + 1 && element.matches(".amount, .number"))
        return element.clientWidth > 0;
      const frame = frameOf(element);
      if (frame === null) return isBeside(element, 0, width);
      if (scrolls(frame)) return false;
      const { left, right } = frame.getBoundingClientRect();
      // An ellipsis shows where a name goes on, which its link leads to.
      const isShortened = getComputedStyle(frame).textOverflow === "ellipsis";
      return isBeside(element, isShortened ? -Infinity : left, isShortened ? Infinity : right);
    };
    const widens = document.documentElement.scrollWidth > width;
    const beside = seen.filter(
      (element) => frameOf(element) === null && isBeside(element, 0, width),
    );
    return {
      wide: widens ? [...beside.slice(-3).map(named), "html"] : [],
      hidden: seen
        .filter((element) =>
          element.matches(
            ".amount, .number:not(input), button, .button, summary, a, select, input:not([type=hidden])",
          ),
        )
        .filter((element) => element.closest(".skip") === null && !isOnlySpoken(element))
        .filter(isHidden)
        .map(named),
      far: seen
        .filter((element) => scrolls(element) && element.scrollWidth > 3 * width)
        .map((element) => `${element.scrollWidth} ${named(element)}`),
    };
  });
