export { type Config, ConfigError, loadConfig, parseConfig, printConfig } from "./config.ts";
export { DeadlineError, withDeadline } from "./deadline.ts";
export { Health, type HealthReport, type Heartbeat, livenessHandler, readinessHandler } from "./health.ts";
export { type HealthServer, startHealthServer } from "./health-server.ts";
export { createLogger, type Logger, type LogLevel } from "./log.ts";
export { isSecretName, MASK, maskCredentials } from "./mask-secrets.ts";
export { type Counter, type Gauge, type Histogram, type LabelsOf, Metrics, metricsHandler, OTHER } from "./metrics.ts";
export { predictionSources, predictorSettings, readsKind } from "./predictor-settings.ts";
export { closeRedis, openRedis, type RedisClient, type RedisRole, reconnectDelayMs } from "./redis.ts";
export { checkEvictionPolicy, EvictionPolicyError, evictionProblem } from "./redis-policy.ts";
export { parseRedisTarget, REDIS_MODES, type RedisMode, type RedisTarget } from "./redis-target.ts";
export {
  commaList,
  decimalNumber,
  healthPortSetting,
  portNumber,
  redisUrlProblems,
  refreshBacklogSetting,
  refreshLeaseSetting,
  sharedSettings,
  wholeNumber,
} from "./settings.ts";
export { Shutdown } from "./shutdown.ts";
