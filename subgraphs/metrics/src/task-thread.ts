import { serveTasks } from "./compute/serve-tasks.ts";
import { TASKS } from "./tasks.ts";

// The entry of each thread of the compute pool.
serveTasks(TASKS);
