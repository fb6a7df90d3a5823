import type { MatchEvent } from "@touchline/domain";

/** One message as it arrives; injected ones are not in the file. */
export interface Arrival {
  readonly event: MatchEvent;
  readonly injected: boolean;
}
