import { testKilledPublications } from "./kill-publication.ts";
import { testKills } from "./kill.ts";

testKills(1);
testKilledPublications();
