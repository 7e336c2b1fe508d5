import { enableCompileCache } from "node:module";

// Compiling the federation libraries is most of a start; the second start finds it done.
enableCompileCache();
await import("./start-gateway.ts");
