/** How an outcome ended. */
export type Grade = "won" | "half_won" | "void" | "half_lost" | "lost";

/** What a settled outcome reads as in an answer: 1 won, 0 lost, 0.75 and 0.25 half won and half lost, null void. */
export const GRADE_VALUE: Readonly<Record<Grade, number | null>> = {
  won: 1,
  half_won: 0.75,
  void: null,
  half_lost: 0.25,
  lost: 0,
};
