import { exp, log } from "./elementary.ts";

/** How many layers of equal area lie under half of the normal density. */
const LAYER_COUNT = 512;

/** Where the lowest layer goes over into the tail, and the area of each layer, for 512 layers. */
export const TAIL = 3.852046150368391;
const AREA = 0.002456766351541356;

/** exp(-x²/2), the normal density without its constant. */
export const density = (x: number): number => exp(-0.5 * x * x);

function layerWidths(): Float64Array {
  const widths = new Float64Array(LAYER_COUNT + 1);
  let width = TAIL;
  widths[0] = AREA / density(TAIL);
  for (let layer = 1; layer < LAYER_COUNT; layer++) {
    widths[layer] = width;
    width = Math.sqrt(-2 * log(AREA / width + density(width)));
  }
  return widths;
}

/**
 * The layers of the ziggurat method (Marsaglia and Tsang, 2000) for normal numbers. Layer 0 is the lowest one,
 * with the tail beside it.
 */
export const WIDTHS = layerWidths();

/** The share of each layer that lies under the next one: draws within it are accepted at once. */
export const ACCEPTED = Float64Array.from(
  { length: LAYER_COUNT },
  (_, layer) => (WIDTHS[layer + 1] ?? 0) / (WIDTHS[layer] ?? 1),
);

/** The density at each width; 1 at the top. */
export const DENSITIES = WIDTHS.map(density);
