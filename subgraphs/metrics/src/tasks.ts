import type { AnyComputeTask } from "./compute/compute-task.ts";
import { forecastTask } from "./forecasts/forecast-task.ts";
import { indicatorTask } from "./indicators/indicator-task.ts";
import {
  drawdownsTask,
  instrumentMetricsTask,
  monthlyReturnsTask,
  rollingTask,
  seriesCalendarTask,
} from "./instruments/instrument-figure-tasks.ts";
import { portfolioRiskTask } from "./portfolio/portfolio-risk.ts";
import { performanceTask } from "./performance/performance-task.ts";
import {
  simulatePathsTask,
  summarisePathsTask,
  summariseStepsTask,
} from "./simulation/simulation-tasks.ts";

/** Everything that worker threads compute. */
export const TASKS: readonly AnyComputeTask[] = [
  forecastTask,
  performanceTask,
  portfolioRiskTask,
  indicatorTask,
  instrumentMetricsTask,
  seriesCalendarTask,
  rollingTask,
  drawdownsTask,
  monthlyReturnsTask,
  simulatePathsTask,
  summariseStepsTask,
  summarisePathsTask,
];
