import { ALL, testOfflineFaults } from "./offline-faults.fixture.ts";

testOfflineFaults(ALL);
