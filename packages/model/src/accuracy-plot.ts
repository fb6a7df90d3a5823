import type { CalibrationBin } from "./calibration.ts";
import type { SeasonScores } from "./forecast-means.ts";
import type { CalibratedMarket, ForecastAccuracy } from "./measure-forecasts.ts";

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
const SIZE = 360;
const LEFT = 60;
const TOP = 50;
const GAP = 90;
const WIDTH = LEFT + SIZE + GAP + SIZE + 40;
const HEIGHT = TOP + SIZE + 70;

/** Two panels as one SVG: forecast against observed share with bars of two standard errors, and RPS by league and season. */
export function drawAccuracy(accuracy: ForecastAccuracy): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Reliability and score by season</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    reliability(accuracy.calibration),
    bySeason(accuracy.seasons),
    "</svg>",
    "",
  ].join("\n");
}

function reliability(calibration: ForecastAccuracy["calibration"]): string {
  const x = (share: number) => LEFT + share * SIZE;
  const y = (share: number) => TOP + SIZE - share * SIZE;
  const markets = Object.keys(COLOURS) as CalibratedMarket[];
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    heading(LEFT, "How often what was forecast happened"),
    frame(LEFT),
    line(x(0), y(0), x(1), y(1), "#bbb"),
    ...ticks.map((tick) => label(x(tick), TOP + SIZE + 18, tick.toFixed(1))),
    ...ticks.map((tick) => label(LEFT - 20, y(tick) + 4, tick.toFixed(1))),
    label(LEFT + SIZE / 2, TOP + SIZE + 40, "forecast"),
    ...markets.flatMap((market) => calibration[market].map((bin) => point(bin, COLOURS[market], x, y))),
    ...markets.map((market, index) => legend(LEFT + 14, TOP + 18 + 16 * index, COLOURS[market], NAMES[market])),
  ].join("\n");
}

function point(
  bin: CalibrationBin,
  colour: string,
  x: (share: number) => number,
  y: (share: number) => number,
): string {
  const low = Math.max(0, bin.observed - 2 * bin.standardError);
  const high = Math.min(1, bin.observed + 2 * bin.standardError);
  const at = x(bin.forecast);
  return `${line(at, y(low), at, y(high), colour)}${dot(at, y(bin.observed), colour)}`;
}

function bySeason(seasons: readonly SeasonScores[]): string {
  const left = LEFT + SIZE + GAP;
  if (seasons.length === 0) return "";
  const scores = seasons.flatMap(({ rps, closingRps }) => [rps, closingRps]).filter(Number.isFinite);
  const low = Math.floor(Math.min(...scores) * 100 - 0.5) / 100;
  const high = Math.ceil(Math.max(...scores) * 100 + 0.5) / 100;
  const x = (index: number) => left + ((index + 0.5) * SIZE) / seasons.length;
  const y = (score: number) => TOP + SIZE - ((score - low) / (high - low)) * SIZE;
  const ticks = Array.from({ length: 6 }, (_, index) => low + (index * (high - low)) / 5);
  return [
    heading(left, "Ranked probability score by season (lower is better)"),
    frame(left),
    ...ticks.map((tick) => label(left - 26, y(tick) + 4, tick.toFixed(3))),
    ...seasons.map(({ division, season }, index) => slanted(x(index), TOP + SIZE + 14, `${division} ${season}`)),
    ...seasons.flatMap(({ rps, closingRps }, index) => [
      Number.isFinite(closingRps) ? line(x(index), y(rps), x(index), y(closingRps), "#ccc") : "",
      Number.isFinite(closingRps) ? dot(x(index), y(closingRps), CLOSING) : "",
      dot(x(index), y(rps), MODEL),
    ]),
    legend(left + 14, TOP + 18, MODEL, "model, earlier results alone"),
    legend(left + 14, TOP + 34, CLOSING, "closing odds"),
  ].join("\n");
}

function heading(x: number, text: string): string {
  return `<text x="${x}" y="${TOP - 18}" font-size="14" font-weight="bold">${escaped(text)}</text>`;
}

function frame(x: number): string {
  return `<rect x="${x}" y="${TOP}" width="${SIZE}" height="${SIZE}" fill="none" stroke="#333"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;
}

function dot(x: number, y: number, colour: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${colour}"/>`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="middle">${escaped(text)}</text>`;
}

function slanted(x: number, y: number, text: string): string {
  const at = `${round(x)} ${round(y)}`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="8" text-anchor="end" transform="rotate(-60 ${at})">${escaped(text)}</text>`;
}

function legend(x: number, y: number, colour: string, text: string): string {
  return `${dot(x, y - 4, colour)}<text x="${x + 10}" y="${y}">${escaped(text)}</text>`;
}

function round(value: number): string {
  return value.toFixed(1);
}

/** Division names come from the files. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
