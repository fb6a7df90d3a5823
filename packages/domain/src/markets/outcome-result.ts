/** How an outcome ended. */
export type OutcomeResult = "won" | "half_won" | "void" | "half_lost" | "lost";

/** What a settled outcome reads as in an answer: 1 won, 0 lost, 0.75 and 0.25 half won and half lost, null void. */
export const RESULT_VALUE: Readonly<Record<OutcomeResult, number | null>> = {
  won: 1,
  half_won: 0.75,
  void: null,
  half_lost: 0.25,
  lost: 0,
};
