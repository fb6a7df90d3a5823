import { type SentinelConnectionOptions, SentinelConnector } from "ioredis";

/**
 * Finds the master behind sentinels, also when a failover is announced while the connection is being made again. The
 * failover detector of the last connection (ioredis 6.0.0) would then stop the search, and the client would take that
 * for its end: it would never connect again. So the detector goes with its connection; the next one brings its own.
 */
export class FailoverConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override async connect(...args: Parameters<SentinelConnector["connect"]>): ReturnType<SentinelConnector["connect"]> {
    (this as unknown as { failoverDetector: FailoverDetector | null }).failoverDetector?.cleanup();
    return super.connect(...args);
  }
}

interface FailoverDetector {
  /** Listens no more, and closes its connections to the sentinels. */
  cleanup(): void;
}
