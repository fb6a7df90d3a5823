import { type Client, createClient } from "@touchline/client";
import { PATIENCE_MS } from "./patience.ts";

/** A client for tests: a machine that has no time for the service is no failure of it. */
export function patientClient(options: Parameters<typeof createClient>[0]): Client {
  return createClient({ deadlineMs: PATIENCE_MS, ...options });
}
