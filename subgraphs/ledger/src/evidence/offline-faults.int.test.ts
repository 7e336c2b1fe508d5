import { ONE_OF_A_KIND, testOfflineFaults } from "./offline-faults.fixture.ts";

testOfflineFaults(ONE_OF_A_KIND);
