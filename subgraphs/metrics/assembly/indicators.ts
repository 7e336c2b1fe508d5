export { buyingPressures, differences, middles, placesBelow } from "./ranges";
export { slide } from "./window-extremes";
export { weightedMeans, windowRatios, windowSums } from "./window-sums";
