import { serveTasks } from "./serve-tasks.ts";
import { TEST_TASKS } from "./tasks.fixture.ts";

serveTasks(TEST_TASKS);
