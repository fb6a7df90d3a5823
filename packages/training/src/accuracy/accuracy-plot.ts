import { groupBy } from "@touchline/domain";
import type { CalibrationBin } from "./calibration.ts";
import { CALIBRATED_MARKETS, type CalibratedMarket, type CalibrationBins } from "./calibration-set.ts";
import type { SeasonScores } from "./forecast-means.ts";
import type { InPlayScores } from "./measure-in-play.ts";
import { type Axis, Panel, svgDocument } from "./svg-panel.ts";

/** Colours that keep apart for colour-blind readers (Okabe and Ito 2008). */
const COLOURS: Readonly<Record<CalibratedMarket, string>> = {
  home: "#0072B2",
  draw: "#999999",
  away: "#D55E00",
  over25: "#009E73",
  bothScore: "#CC79A7",
};
const NAMES: Readonly<Record<CalibratedMarket, string>> = {
  home: "home win",
  draw: "draw",
  away: "away win",
  over25: "over 2.5",
  bothScore: "both score",
};
const MODEL = "#0072B2";
const CLOSING = "#D55E00";
const STRIPES = ["#0072B210", "none"];
const SIZE = 380;
const LEFT = 70;
const TOP = 50;
const ACROSS = SIZE + 100;
const DOWN = SIZE + 130;
/** More names than this run into each other. */
const MOST_NAMES = 40;

interface Drawn {
  readonly calibration: CalibrationBins;
  readonly seasons: readonly SeasonScores[];
  readonly inPlay: readonly InPlayScores[];
}

/**
 * Reliability before the match and score by season; below them, where there are timelines, reliability in play and loss
 * by minute. Bars are two standard errors.
 * @returns an SVG document
 */
export function drawAccuracy({ calibration, seasons, inPlay }: Drawn): string {
  const title = "Share that came true, forecasts before the match";
  const panels = [reliability(title, LEFT, TOP, calibration), ...bySeason(seasons)];
  if (inPlay.length > 0) panels.push(inPlayReliability(inPlay), byMinute(inPlay));
  const height = TOP + DOWN * (inPlay.length > 0 ? 2 : 1) - 40;
  return svgDocument(LEFT + ACROSS + SIZE + 30, height, "Reliability and score of the forecasts", panels);
}

const SHARE: Axis = {
  from: 0,
  to: 1,
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => ({ at, text: at.toFixed(1) })),
  title: "forecast",
};

function reliability(title: string, left: number, top: number, calibration: CalibrationBins): Panel {
  const panel = new Panel({ left, top, size: SIZE, title, x: SHARE, y: { ...SHARE, title: "came true" } });
  panel.line(0, 0, 1, 1, "#999");
  for (const market of CALIBRATED_MARKETS) {
    for (const { forecast, observed, standardError } of calibration[market]) {
      const low = Math.max(0, observed - 2 * standardError);
      panel.line(forecast, low, forecast, Math.min(1, observed + 2 * standardError), COLOURS[market], 1.5);
      panel.dot(forecast, observed, COLOURS[market]);
    }
  }
  panel.legend(CALIBRATED_MARKETS.map((market) => ({ colour: COLOURS[market], name: NAMES[market] })));
  return panel;
}

function bySeason(seasons: readonly SeasonScores[]): Panel[] {
  const scores = seasons.flatMap(({ rps, closingRps }) => [rps, closingRps]).filter(Number.isFinite);
  if (scores.length === 0) return [];
  const every = Math.ceil(seasons.length / MOST_NAMES);
  const panel = new Panel({
    left: LEFT + ACROSS,
    top: TOP,
    size: SIZE,
    title: "Score by season: lower is better",
    slanted: true,
    x: {
      from: -0.5,
      to: seasons.length - 0.5,
      ticks: seasons.flatMap(({ season }, at) => (at % every === 0 ? [{ at, text: season }] : [])),
      title: "",
    },
    y: { ...scaleOf(scores, 0.01), title: "ranked probability score" },
  });
  for (const [index, { name, from, to }] of stretchesOf(seasons).entries())
    panel.stripe(from - 0.5, to + 0.5, name, STRIPES[index % 2]!);
  for (const [at, { rps, closingRps }] of seasons.entries()) {
    if (Number.isFinite(closingRps)) {
      panel.line(at, rps, at, closingRps, "#bbb");
      panel.dot(at, closingRps, CLOSING);
    }
    panel.dot(at, rps, MODEL);
  }
  const priced = seasons.some(({ closingRps }) => Number.isFinite(closingRps));
  panel.legend([
    { colour: MODEL, name: "model, earlier results alone" },
    ...(priced ? [{ colour: CLOSING, name: "closing prices" }] : []),
  ]);
  return [panel];
}

/** Runs of seasons of one league. */
function stretchesOf(seasons: readonly SeasonScores[]): { name: string; from: number; to: number }[] {
  const stretches: { name: string; from: number; to: number }[] = [];
  for (const [at, { division }] of seasons.entries()) {
    const last = stretches.at(-1);
    if (last?.name === division) last.to = at;
    else stretches.push({ name: division, from: at, to: at });
  }
  return stretches;
}

/** A scale with a step of `step`, or of what keeps it to eight ticks, around the values and a legend above them. */
function scaleOf(values: readonly number[], step: number): Omit<Axis, "title"> {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const wide = step * Math.max(1, Math.ceil((high - low) / step / 7));
  const from = Math.floor(low / wide) * wide;
  const to = (Math.ceil(high / wide) + 1) * wide;
  const ticks = Array.from({ length: Math.round((to - from) / wide) + 1 }, (_none, index) => from + index * wide);
  return { from, to, ticks: ticks.map((at) => ({ at, text: at.toFixed(2) })) };
}

/**
 * Bins of all minutes after kick-off together: the same matches at several minutes, so the errors are a little small.
 */
function inPlayReliability(inPlay: readonly InPlayScores[]): Panel {
  const running = inPlay.filter(({ minute }) => minute !== "0").map(({ calibration }) => calibration);
  const joined = Object.fromEntries(
    CALIBRATED_MARKETS.map((market) => [market, joinBins(running.flatMap((bins) => bins[market]))]),
  ) as Record<CalibratedMarket, CalibrationBin[]>;
  return reliability("Share that came true, predictions in play", LEFT, TOP + DOWN, joined);
}

function joinBins(bins: readonly CalibrationBin[]): CalibrationBin[] {
  const groups = groupBy(bins, ({ from }) => from);
  return [...groups.values()].map((group) => {
    const count = group.reduce((sum, bin) => sum + bin.count, 0);
    const mean = (of: (bin: CalibrationBin) => number) =>
      group.reduce((sum, bin) => sum + bin.count * of(bin), 0) / count;
    const variance = group.reduce((sum, bin) => sum + (bin.count * bin.standardError) ** 2, 0);
    return {
      from: group[0]!.from,
      to: group[0]!.to,
      count,
      forecast: mean(({ forecast }) => forecast),
      observed: mean(({ observed }) => observed),
      standardError: Math.sqrt(variance) / count,
    };
  });
}

const LOSSES = [
  { name: "outcome", colour: "#0072B2", of: ({ logLoss }: InPlayScores) => logLoss },
  { name: "both score", colour: "#CC79A7", of: ({ bttsLogLoss }: InPlayScores) => bttsLogLoss },
  { name: "over 2.5", colour: "#009E73", of: ({ ouLogLoss }: InPlayScores) => ouLogLoss },
] as const;

function byMinute(inPlay: readonly InPlayScores[]): Panel {
  const panel = new Panel({
    left: LEFT + ACROSS,
    top: TOP + DOWN,
    size: SIZE,
    title: "Log-loss as the match goes on: lower is better",
    x: {
      from: -0.3,
      to: inPlay.length - 0.7,
      ticks: inPlay.map(({ minute }, at) => ({ at, text: minute })),
      title: "minute",
    },
    y: {
      from: 0,
      to: 1.2,
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2].map((at) => ({ at, text: at.toFixed(1) })),
      title: "log-loss",
    },
  });
  for (const { colour, of } of LOSSES) {
    for (const [at, scores] of inPlay.entries()) {
      const before = inPlay[at - 1];
      if (before) panel.line(at - 1, of(before), at, of(scores), colour, 1.5);
      panel.dot(at, of(scores), colour);
    }
  }
  panel.legend(LOSSES, "bottom");
  return panel;
}
