import type { Page } from "playwright-core";

/**
 * A small grey picture of a page, as text: one hexadecimal digit for each square of pixels, from 0 (white) to
 * f (black), one line for each row of squares. The digit grows with the root of the darkness, so that a card on
 * the page's ground is seen as well as its text.
 */
export type Fingerprint = string;

/** What may differ: digits by so much, so many of 1,000 squares by more, and so many rows of squares. */
const TOLERANCE = { levels: 2, perThousand: 15, rows: 1 } as const;

/** Takes the fingerprint of a picture of this width; runs in a page without a content policy. */
export function fingerprintOf(blank: Page, png: Buffer, blockPixels: number): Promise<Fingerprint> {
  return blank.evaluate(
    async ([base64, block]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (!context) throw new Error("The browser has no canvas.");
      context.drawImage(picture, 0, 0);
      const digitAt = (x: number, y: number): string => {
        const [wide, high] = [
          Math.min(block, picture.width - x),
          Math.min(block, picture.height - y),
        ];
        const { data } = context.getImageData(x, y, wide, high);
        let light = 0;
        for (let at = 0; at < data.length; at += 4) {
          light += 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!;
        }
        const darkness = 1 - light / (wide * high * 255);
        return Math.round(15 * Math.sqrt(Math.max(0, darkness))).toString(16);
      };
      const rows: string[] = [];
      for (let y = 0; y < picture.height; y += block) {
        let row = "";
        for (let x = 0; x < picture.width; x += block) row += digitAt(x, y);
        rows.push(row);
      }
      return rows.join("\n");
    },
    [png.toString("base64"), blockPixels] as const,
  );
}

/** How a page differs from what was accepted, in words; undefined within the tolerance. */
export function differenceOf(accepted: Fingerprint, found: Fingerprint): string | undefined {
  const [before, now] = [accepted.split("\n"), found.split("\n")];
  if (Math.abs(before.length - now.length) > TOLERANCE.rows) {
    return `${now.length} rows instead of ${before.length}`;
  }
  const rows = Math.min(before.length, now.length);
  let [squares, differing] = [0, 0];
  const places: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (const [column, digit] of Array.from(before[row] ?? "").entries()) {
      const other = now[row]?.[column] ?? "0";
      squares += 1;
      if (Math.abs(parseInt(digit, 16) - parseInt(other, 16)) <= TOLERANCE.levels) continue;
      differing += 1;
      places.push(`row ${row + 1} column ${column + 1}`);
    }
  }
  if (differing * 1_000 <= squares * TOLERANCE.perThousand) return undefined;
  return `${differing} of ${squares} squares, first ${places.slice(0, 3).join(", ")}`;
}
