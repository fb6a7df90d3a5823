/** Forecasts of about the same probability, and how often what they forecast happened. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean forecast and observed share. */
  readonly forecast: number;
  readonly observed: number;
  /** Of the observed share, if the forecasts were right. */
  readonly standardError: number;
}

const BINS = 10;
/** A bin with fewer forecasts is too coarse to judge. */
const FEWEST = 30;
/** With less variance in a bin than this, a standard error says nothing: one surprise is several of them. */
const LEAST_VARIANCE = 5;
/** Forecasts nearer to certainty than this were decided already, by the goals so far. */
const DECIDED = 1e-9;

/** Collects yes-or-no forecasts in ten bins of equal width. */
export class Calibration {
  readonly #count = new Float64Array(BINS);
  readonly #forecast = new Float64Array(BINS);
  readonly #happened = new Float64Array(BINS);
  readonly #variance = new Float64Array(BINS);

  add(probability: number, happened: boolean): void {
    if (happened ? probability > 1 - DECIDED : probability < DECIDED) return;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)));
    this.#count[bin]!++;
    this.#forecast[bin]! += probability;
    this.#happened[bin]! += happened ? 1 : 0;
    this.#variance[bin]! += probability * (1 - probability);
  }

  /** Bins with at least thirty forecasts and enough that could go either way. */
  bins(): CalibrationBin[] {
    const bins: CalibrationBin[] = [];
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#count[bin]!;
      if (count < FEWEST || this.#variance[bin]! < LEAST_VARIANCE) continue;
      bins.push({
        from: bin / BINS,
        to: (bin + 1) / BINS,
        count,
        forecast: this.#forecast[bin]! / count,
        observed: this.#happened[bin]! / count,
        standardError: Math.sqrt(this.#variance[bin]!) / count,
      });
    }
    return bins;
  }
}

/** How many bins lie within two standard errors of perfect calibration. */
export function withinTwoErrors(bins: readonly CalibrationBin[]): number {
  return bins.filter((bin) => Math.abs(bin.observed - bin.forecast) <= 2 * bin.standardError).length;
}
