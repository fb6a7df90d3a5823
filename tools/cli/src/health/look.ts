import { type Client, DeadlineError, type HealthSnapshot, UnreachableError } from "@touchline/client";
import { type Diagnosis, diagnose, diagnoseSilence } from "@touchline/diagnosis";

/** One look at an installation. */
export interface HealthLook {
  /** Undefined while the api does not answer. */
  readonly snapshot: HealthSnapshot | undefined;
  readonly diagnosis: Diagnosis;
}

/**
 * Asks the api and judges what it says. An api that does not answer is a finding, not a failure.
 * @throws ProblemError when it refuses, ContractError when it is no Touchline
 */
export async function lookAtHealth(client: Client, signal: AbortSignal): Promise<HealthLook> {
  try {
    const snapshot = await client.health({ signal });
    return { snapshot, diagnosis: diagnose(snapshot) };
  } catch (error) {
    const silent = error instanceof UnreachableError || error instanceof DeadlineError;
    if (!silent || signal.aborted) throw error;
    return { snapshot: undefined, diagnosis: diagnoseSilence(undefined) };
  }
}
