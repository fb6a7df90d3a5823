import { createLogger } from "@touchline/platform";
import { LostLogs } from "../../services/tag-manager/src/lost-logs.ts";

/** What reports lost logs, where nobody looks at the reports. */
export function quietLostLogs(): LostLogs {
  const log = createLogger({ service: "lost-logs", level: "silent" });
  return new LostLogs(log, { truthIncomplete: () => undefined });
}
