const POSITIONS = [
  "GK",
  "DF",
  "DF",
  "DF",
  "DF",
  "MD",
  "MD",
  "MD",
  "FW",
  "FW",
  "FW",
  "GK",
  "DF",
  "DF",
  "MD",
  "MD",
  "FW",
  "FW",
];
const players = (side: string) => POSITIONS.map((position, index) => ({ id: `${side}${index + 1}`, position }));
/** Eleven starters and a bench of seven; ids are the side's letter and the shirt's number. */
export const sheet = (side: string) => ({ starters: players(side).slice(0, 11), bench: players(side).slice(11) });
