/** Where in the console the reader is. It is kept in the address behind `#`, so one page serves all of it. */
export type Place =
  | { readonly page: "overview" | "queues" }
  | { readonly page: "what-if"; readonly matchId: string | undefined }
  | { readonly page: "match"; readonly matchId: string };

/** An address that means nothing leads to the overview. */
export function placeOf(address: string): Place {
  const [, page, id] = address.split("/", 3);
  const matchId = id === undefined || id === "" ? undefined : decode(id);
  if (page === "match" && matchId !== undefined) return { page, matchId };
  if (page === "what-if") return { page, matchId };
  if (page === "queues") return { page };
  return { page: "overview" };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const addressOf = {
  overview: "#/",
  queues: "#/queues",
  whatIf: (matchId?: string) => (matchId === undefined ? "#/what-if" : `#/what-if/${encodeURIComponent(matchId)}`),
  match: (matchId: string) => `#/match/${encodeURIComponent(matchId)}`,
};
