import type { MatchEvent } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import type { SourcesPolicy } from "../events/sources-policy.ts";

/**
 * The policy in force: that of the last fixture that has one, else the last that somebody set apart from a fixture,
 * such as the installation's own.
 * @param standing events in match order
 */
export function policyOf(standing: readonly MatchEvent[]): SourcesPolicy | undefined {
  let set: SourcesPolicy | undefined;
  let ofFixture: SourcesPolicy | undefined;
  for (const event of standing) {
    if (event.type === "fixture") ofFixture = fixturePolicy(event) ?? ofFixture;
    if (event.type === "sources_policy") set = (event.payload as PayloadOf<"sources_policy">).policy;
  }
  return ofFixture ?? set;
}

/** Whether the event alone may put a policy into force. */
export function bringsPolicy(event: MatchEvent): boolean {
  return event.type === "sources_policy" || (event.type === "fixture" && fixturePolicy(event) !== undefined);
}

function fixturePolicy({ payload }: MatchEvent): SourcesPolicy | undefined {
  return (payload as PayloadOf<"fixture">).sources;
}
