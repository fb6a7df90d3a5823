import { z } from "zod";

/**
 * Fitted parameters of one league, as a document: what the predictor reads, and enough about the fit to judge it by.
 * All effects are on the log scale: log mean of the home side = level + homeAdvantage + attack(home) - defence(away),
 * of the away side = level + attack(away) - defence(home).
 */
const effect = z.number().min(-4).max(4);
const factor = z.number().positive().max(20);
const strength = z.object({ attack: effect, defence: effect });
const countLevels = z.object({
  level: z.number().min(-5).max(5),
  homeAdvantage: effect,
  /** Gamma size of the match total. */
  size: z.number().positive().max(10_000),
});

export const LeagueParams = z.object({
  format: z.literal("touchline-league-parameters"),
  version: z.literal(1),
  league: z.object({ division: z.string().min(1).max(32), name: z.string().min(1).max(100) }),
  /** The season the parameters are meant for, and the day as of which they were fitted: nothing later was used. */
  season: z.string().min(1).max(16),
  asOf: z.iso.date(),
  /** When the fit was made. */
  fittedAt: z.iso.datetime().optional(),
  data: z.object({
    from: z.iso.date(),
    to: z.iso.date(),
    matches: z.int().positive(),
    source: z.string().max(200),
  }),
  goals: z.object({ level: z.number().min(-5).max(5), homeAdvantage: effect, rho: z.number().min(-1).max(1) }),
  corners: countLevels.optional(),
  cards: countLevels.optional(),
  /** A team that is not listed: one that comes up from the league below. */
  newcomer: strength,
  teams: z
    .record(
      z.string().min(1).max(100),
      z.object({ goals: strength, corners: strength.optional(), cards: strength.optional() }),
    )
    .refine((teams) => Object.keys(teams).length <= 500, "at most 500 teams"),
  /** Factor on a match's cards. */
  referees: z.record(z.string().min(1).max(100), factor),
  /** Mean minutes of stoppage to reckon with. */
  expectedStoppage: z.object({ first: z.number().min(0).max(20), second: z.number().min(0).max(30) }),
  fit: z.object({
    /** Weighted log-likelihood of the goals under the goal ratings at the end. */
    logLikelihood: z.number(),
    /**
     * Weight of each signal in the forecast, and how far differences in openness are believed; learnt from earlier
     * forecasts.
     */
    signalWeights: z.record(z.string(), z.number()),
    openness: z.number(),
  }),
  /**
   * Forecasts of the last season in the data, each from earlier matches only, against always forecasting base rates.
   */
  checks: z.object({
    matches: z.int().nonnegative(),
    rps: z.number().optional(),
    logLoss: z.number().optional(),
    baseRateLogLoss: z.number().optional(),
    /** Dixon-Coles by plain maximum likelihood on the same matches, and the likelihood without rho; see `plainFit`. */
    plain: z
      .object({
        poissonLogLikelihood: z.number(),
        logLikelihood: z.number(),
        level: z.number(),
        homeAdvantage: z.number(),
        rho: z.number(),
      })
      .optional(),
  }),
});
export type LeagueParams = z.infer<typeof LeagueParams>;

/** Two numbers of a team: how much it makes, and how much it keeps the other side from making. */
export type Strength = z.infer<typeof strength>;

/** The document as text: six decimals, which move no probability by more than 1e-6, one team a line. */
export function leagueParamsText(params: LeagueParams): string {
  const round = (_key: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(6)) : value);
  const { teams, ...rest } = params;
  const lines = Object.entries(teams).map(
    ([name, team]) => `    ${JSON.stringify(name)}: ${JSON.stringify(team, round)}`,
  );
  const head = JSON.stringify(rest, round, 2).replace(/\n\}$/, "");
  return `${head},\n  "teams": {\n${lines.join(",\n")}\n  }\n}\n`;
}
