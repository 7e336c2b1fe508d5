import { enableCompileCache } from "node:module";

// A static import would be compiled before this call, and most of a start is compiling the federation libraries.
enableCompileCache();
await import("./start.ts");
