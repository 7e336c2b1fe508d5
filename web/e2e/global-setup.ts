// Once for a run: files that run side by side would build over each other.
export { buildWeb as setup } from "./web-server.ts";
