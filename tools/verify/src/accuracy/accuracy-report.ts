import type { AccuracySummary, CalibrationBins, InPlayScores } from "@touchline/training";
import { table } from "../table.ts";

const MARKETS: Readonly<Record<keyof CalibrationBins, string>> = {
  home: "home win",
  draw: "draw",
  away: "away win",
  over25: "over 2.5",
  bothScore: "both score",
};

/** What was measured, as tables for people. */
export function accuracyReport(summary: AccuracySummary): string {
  return [
    `BEFORE THE MATCH, ${summary.matches} matches`,
    methods(summary),
    `over/under 2.5: log-loss ${loss(summary.ouLogLoss)} (prices before the match ${loss(summary.marketOuLogLoss)})` +
      ` · both score: ${loss(summary.bttsLogLoss)}`,
    "",
    "BY SEASON, ranked probability score",
    seasons(summary),
    "",
    `CALIBRATION, ${summary.calibratedBins} of ${summary.bins} bins within two standard errors`,
    calibration(summary.calibration),
    ...(summary.inPlay.length > 0 ? ["", ...inPlay(summary)] : []),
  ].join("\n");
}

const right = (columns: number) => Array.from({ length: columns }, (_none, index) => (index === 0 ? "left" : "right"));

function methods(summary: AccuracySummary): string {
  const rows: [string, number, number][] = [
    ["base rates", summary.baseRps, summary.baseLogLoss],
    ["plain Dixon-Coles", summary.dixonColesRps, summary.dixonColesLogLoss],
    ["model, earlier results alone", summary.rps, summary.logLoss],
    [
      `model and prices (${Math.round(100 * summary.marketWeight)} % prices)`,
      summary.blendedRps,
      summary.blendedLogLoss,
    ],
    ["prices before the match", summary.marketRps, summary.marketLogLoss],
    ["closing prices", summary.closingRps, summary.closingLogLoss],
  ];
  const known = rows.filter(([, rps]) => Number.isFinite(rps));
  return table(
    ["forecast", "rps", "log-loss"],
    known.map(([name, rps, logLoss]) => [name, rps.toFixed(4), loss(logLoss)]),
    right(3),
  );
}

function seasons({ seasons: all }: AccuracySummary): string {
  const header = ["season", "matches", "model", "closing", "behind"];
  const rows = all.map(({ division, season, matches, rps, closingRps }) => {
    const priced = Number.isFinite(closingRps);
    const name = `${division} ${season}`;
    return [
      name,
      String(matches),
      rps.toFixed(4),
      ...(priced ? [closingRps.toFixed(4), (rps - closingRps).toFixed(4)] : ["-", "-"]),
    ];
  });
  return table(header, rows, right(header.length));
}

function calibration(bins: CalibrationBins): string {
  const header = ["market", "bin", "matches", "forecast", "observed", "errors"];
  const rows = Object.entries(MARKETS).flatMap(([market, name]) =>
    bins[market as keyof CalibrationBins].map(({ from, to, count, forecast, observed, standardError }) => {
      const errors = (observed - forecast) / standardError;
      const bin = `${from.toFixed(1)}-${to.toFixed(1)}`;
      return [name, bin, String(count), forecast.toFixed(4), observed.toFixed(4), signed(errors)];
    }),
  );
  return table(header, rows, right(header.length));
}

function inPlay({ inPlay: fitted, inPlayShipped: shipped }: AccuracySummary): string[] {
  const matches = shipped[0]?.matches ?? 0;
  return [
    `IN PLAY, ${matches} matches, with the constants that are shipped (inPlayShipped in the JSON)`,
    byMinute(shipped),
    "",
    "IN PLAY with constants fitted to these very matches, as published figures are: no forecast (inPlay in the JSON)",
    byMinute(fitted),
  ];
}

function byMinute(scores: readonly InPlayScores[]): string {
  const header = ["minute", "rps", "log-loss", "over/under", "both score", "bins within 2 s.e."];
  const rows = scores.map(({ minute, rps, logLoss, ouLogLoss, bttsLogLoss, calibratedBins, bins }) => [
    minute,
    rps.toFixed(4),
    loss(logLoss),
    loss(ouLogLoss),
    loss(bttsLogLoss),
    `${calibratedBins} of ${bins}`,
  ]);
  return table(header, rows, right(header.length));
}

function loss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : "-";
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(1)}`;
}
