import { testKilledImports } from "./kill-import.ts";
import { testKills } from "./kill.ts";

testKills(5);
testKilledImports(4, 12_000);
