export { buyingPressures } from "./ranges";
export { slide } from "./window-extremes";
export { windowRatios, windowSums } from "./window-sums";
