import { testKilledImports } from "./kill-import.ts";
import { testKilledPublications } from "./kill-publication.ts";
import { testKills } from "./kill.ts";

testKills(1);
testKilledPublications();
testKilledImports(1, 1_500);
