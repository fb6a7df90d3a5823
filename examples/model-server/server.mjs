// A model server for Touchline in one file: nothing but Node's own HTTP. It knows next to nothing about football; what
// it shows is the contract (docs/predictor.md). Replace `probabilitiesOf` with a model and the rest may stay.
//
//   node examples/model-server/server.mjs 8080
//   PREDICTOR=http PREDICTOR_URL=http://127.0.0.1:8080/predict npx node services/worker/src/main.ts
import { createServer } from "node:http";

const LARGEST_REQUEST_BYTES = 16 * 1024 * 1024;
/** A match of average teams: what each side is expected to have at the end. */
const MATCH = { goals: { home: 1.58, away: 1.21 }, corners: { home: 5.7, away: 4.5 }, cards: { home: 2, away: 2.2 } };

const server = createServer(async (request, response) => {
  if (request.method !== "POST" || request.url !== "/predict") return answer(response, 404, { error: "POST /predict" });
  try {
    const { format, version, requests } = JSON.parse(await bodyOf(request));
    if (format !== "touchline-prediction-request" || version !== 1 || !Array.isArray(requests))
      return answer(response, 400, { error: "not a prediction request of version 1" });
    answer(response, 200, {
      format: "touchline-prediction-answer",
      version: 1,
      // One prediction for each request, in the same order.
      predictions: requests.map(predict),
    });
  } catch (error) {
    answer(response, 400, { error: String(error) });
  }
});

function predict({ matchId, facts, clock, markets, blends }) {
  const left = shareLeft(facts, clock);
  const asked = new Map(markets.map((market) => [market.id, market]));
  return {
    matchId,
    blends: blends.map(({ blend, markets: ids }) => ({
      blend,
      markets: Object.fromEntries(
        ids.map((id) => [
          id,
          // How long the prediction holds, in seconds of the match clock; without it a cautious value is assumed.
          { probabilities: probabilitiesOf(asked.get(id), facts, left), driftSeconds: clock.rate > 0 ? 10 : null },
        ]),
      ),
    })),
  };
}

/** Share of the 90 minutes still to be played. */
function shareLeft(facts, { phase, minutesIntoPeriod }) {
  const [periodsPlayed] = facts.periods_played;
  if (periodsPlayed >= 2) return 0.02;
  const running = phase === "first_half" || phase === "second_half" ? Math.min(45, minutesIntoPeriod) : 0;
  return Math.max(0.02, 1 - (45 * periodsPlayed + running) / 93);
}

/** The model. Exclusive outcomes must sum to 1; over and handicap lines must fall as they get harder. */
function probabilitiesOf({ id, primitive, outcomes, winners }, facts, left) {
  const count = primitive.endsWith("corners") ? "corners" : primitive.endsWith("cards") ? "cards" : "goals";
  const now = count === "goals" ? facts.score : facts[count];
  const mean = { home: now.home + MATCH[count].home * left, away: now.away + MATCH[count].away * left };
  const [, side, over] = /^(?:half_time_)?(?:(home|away)_)?(?:.*over_under)_(\d+(?:_\d+)?)$/.exec(id) ?? [];
  if (over && outcomes.length === 2) {
    const expected = side ? mean[side] : mean.home + mean.away;
    return twoWay(outcomes, logistic((expected - number(over)) / spread(left)));
  }
  const [, sign, start] = /handicap_home_(minus|plus)_(\d+(?:_\d+)?)$/.exec(id) ?? [];
  if (start && outcomes.length === 2) {
    const head = sign === "minus" ? -number(start) : number(start);
    return twoWay(outcomes, logistic((mean.home - mean.away + head) / spread(left)));
  }
  // Of everything else it has no idea, and says so.
  const share = winners === "exclusive" ? 1 / outcomes.length : 0.5;
  return Object.fromEntries(outcomes.map((outcome) => [outcome, id === "scorer_three_or_more" ? share / 10 : share]));
}

function twoWay([first, second], probability) {
  return { [first]: probability, [second]: 1 - probability };
}

const logistic = (x) => 1 / (1 + Math.exp(-x));
const number = (text) => Number(text.replace("_", "."));
const spread = (left) => 0.2 + left;

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > LARGEST_REQUEST_BYTES) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  process.stdout.write(`model server listening on http://127.0.0.1:${server.address().port}/predict\n`);
});
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => server.close(() => process.exit(0)).closeIdleConnections());
