import { nameOf, testOfflineFaults } from "./offline-faults.fixture.ts";

testOfflineFaults(nameOf);
