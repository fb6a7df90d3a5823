import { ApiError } from "../../services/api/src/http/problems.ts";
import { checkAgainst, checkLabels } from "./check-labels.ts";
import type { ModelVariant } from "./model-events.ts";
import type { ModelWorld } from "./model-world.ts";
import { settled } from "./scripted-api.ts";

/** Reads a variant through the api and holds every label against what the reader must know. */
export async function readAndCompare(world: ModelWorld, variant: ModelVariant): Promise<void> {
  const { api, match, server, matchId } = world;
  const isPresent = api.server === server;
  const isUnproven = match.isUnproven(server.history);
  const began = [...(isPresent ? match.log : world.knownByLease), ...world.reportedEvents];
  const reads = api.storeReads;
  let isOnItsWay = true;
  const reading = (async () => {
    const asked = api.read(matchId, variant);
    const isFromStore = api.storeReads > reads;
    const snapshot = await asked.catch((error: unknown) => {
      if (error instanceof ApiError) return undefined;
      throw error;
    });
    if (!snapshot) return;
    const decisions = api.decisions(snapshot);
    if (snapshot.degraded) return checkLabels(decisions, world.reportedEvents, "degraded");
    if (!isFromStore) return checkLabels(decisions, world.knownByLease, "memory");
    if (isUnproven && isPresent && !snapshot.doubt) throw new Error("a match that is not proven was believed");
    checkLabels(
      decisions,
      began.filter((event) => world.match.has(event)),
      "store",
    );
    if (isPresent && !snapshot.doubt && world.match === match && isOnItsWay) checkAgainst(match, variant, decisions);
  })();
  const guarded = reading.catch((error: unknown) => void (world.failure ??= toError(error)));
  world.reads.add(guarded);
  void guarded.finally(() => world.reads.delete(guarded));
  await api.asked();
  await settled();
  if (!api.holdsReplies) await guarded;
  isOnItsWay = false;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
