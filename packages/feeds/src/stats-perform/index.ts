export { statsPerformMa3 } from "./stats-perform-adapter.ts";
