import fc from "fast-check";
import { testSeed } from "./seed.ts";

// Vitest runs this before each test file.
fc.configureGlobal({ seed: testSeed() });
