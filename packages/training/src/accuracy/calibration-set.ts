import { Calibration, type CalibrationBin, withinTwoErrors } from "./calibration.ts";
import type { MarketView } from "@touchline/model";

export const CALIBRATED_MARKETS = ["home", "draw", "away", "over25", "bothScore"] as const;
export type CalibratedMarket = (typeof CALIBRATED_MARKETS)[number];

export type CalibrationBins = Readonly<Record<CalibratedMarket, readonly CalibrationBin[]>>;

/** What forecasts are judged on: the outcome, and the two questions about the number of goals. */
export type ScoredView = Required<MarketView> & { readonly bothScore: number };

/** Collects forecasts of the five questions and what came true. */
export class CalibrationSet {
  readonly #markets: Readonly<Record<CalibratedMarket, Calibration>> = {
    home: new Calibration(),
    draw: new Calibration(),
    away: new Calibration(),
    over25: new Calibration(),
    bothScore: new Calibration(),
  };

  /** @param home final goals   @param away of each side */
  add(view: ScoredView, { home, away }: { readonly home: number; readonly away: number }): void {
    this.#markets.home.add(view.home, home > away);
    this.#markets.draw.add(view.draw, home === away);
    this.#markets.away.add(view.away, home < away);
    this.#markets.over25.add(view.over25, home + away > 2);
    this.#markets.bothScore.add(view.bothScore, home > 0 && away > 0);
  }

  bins(): CalibrationBins {
    const { home, draw, away, over25, bothScore } = this.#markets;
    return {
      home: home.bins(),
      draw: draw.bins(),
      away: away.bins(),
      over25: over25.bins(),
      bothScore: bothScore.bins(),
    };
  }
}

/** Bins within two standard errors, and bins; about one in twenty is expected outside even of a perfect forecast. */
export function countBins(bins: CalibrationBins): { readonly calibratedBins: number; readonly bins: number } {
  const all = Object.values(bins).flat();
  return { calibratedBins: withinTwoErrors(all), bins: all.length };
}
