export { seedPaths } from "./random";
export { setAssets, setRows, settle, walk, walkAssets, writeDrawdowns, writePrices } from "./paths";
