export { seedPaths } from "./random";
export { setAssets, setRows, settle, walk, walkAssets } from "./paths";
