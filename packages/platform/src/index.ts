export { type Config, loadConfig, parseConfig } from "./config.ts";
export { DeadlineError, withDeadline } from "./deadline.ts";
export { type HealthServer, startHealthServer } from "./health-server.ts";
export { Health, type Heartbeat, livenessHandler, readinessHandler } from "./health.ts";
export { createLogger, type Logger } from "./log.ts";
export { Metrics, metricsHandler } from "./metrics.ts";
export { openProcess, type ServiceProcess } from "./open-process.ts";
export { predictionSources, predictorSettings, readsKind } from "./predictor-settings.ts";
export { checkEvictionPolicy, evictionProblem } from "./redis-policy.ts";
export type { RedisMode } from "./redis-target.ts";
export { closeRedis, openRedis, type RedisClient } from "./redis.ts";
export {
  commaList,
  decimalNumber,
  healthPortSetting,
  portNumber,
  eventBytesSetting,
  refreshBacklogSetting,
  refreshLeaseSetting,
  storeReplicasSetting,
  jsonText,
  wholeNumber,
} from "./settings.ts";
export { Shutdown } from "./shutdown.ts";
