export type Position = "GK" | "DF" | "MD" | "FW";

/** Goals per man and minute relative to a forward's, 1,066 matches of 2017/18. */
export const POSITION_WEIGHTS: Readonly<Record<Position, number>> = {
  GK: 0.0005,
  DF: 0.118,
  MD: 0.35,
  FW: 1,
};

/** Penalties taken per man on the pitch relative to a forward's: of 286 in 2017/18, 193, 78 and 15. */
export const PENALTY_WEIGHTS: Readonly<Record<Position, number>> = { GK: 0.001, DF: 0.037, MD: 0.2, FW: 1 };
