const ANSWER_WITHIN_MS = 5_000;

/**
 * Publishes a goal of the home side as of now.
 * @returns what happened, in one line
 * @throws Error when the api does not answer
 */
export async function scoreGoal(url: string, matchId: string, apiKey: string | undefined): Promise<string> {
  const now = new Date();
  const event = {
    id: `${matchId}-demo-${now.getTime().toString(36)}`,
    matchId,
    type: "goal",
    team: "home",
    source: "demo",
    occurredAt: now.toISOString(),
  };
  const answer = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (answer.status !== 202) throw new Error(`the api answered ${answer.status}: ${await answer.text()}`);
  return "a goal for the home side is published: see what it suspends, and how soon it is fresh again";
}
