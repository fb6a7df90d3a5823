export { type Diagnosis, diagnose, diagnoseSilence, type Finding, type FindingCode, GRAVITIES } from "./diagnose.ts";
export { percentileOf } from "./percentile.ts";
