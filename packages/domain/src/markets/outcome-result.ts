/** How an outcome ended. */
export type OutcomeResult = "won" | "half_won" | "void" | "half_lost" | "lost";

/**
 * What a settled outcome reads as in an answer: a stake that is won counts 1, one that is lost 0, one that is returned
 * half. Half won is the mean of won and returned. Each value stands for one result, so the number alone says which it
 * was.
 */
export const RESULT_VALUE: Readonly<Record<OutcomeResult, number>> = {
  won: 1,
  half_won: 0.75,
  void: 0.5,
  half_lost: 0.25,
  lost: 0,
};
