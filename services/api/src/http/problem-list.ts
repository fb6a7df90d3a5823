/** What a code means, and what its reader can do. Shown at `/problems/<code>`. */
interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly fix: string;
}

/** Every problem that the api answers with. A code without a row does not compile. */
export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: "The request is not valid",
    meaning: "A field or a parameter breaks a rule. `errors` names each of them, and the rule.",
    fix: "Correct what `errors` names and send the request again.",
  },
  unreadable_body: {
    status: 400,
    title: "The body cannot be read",
    meaning: "The body is no JSON, is compressed wrongly, or ended too early. Nothing of it was taken.",
    fix: "Check the content type, the encoding and the length that were sent.",
  },
  undecodable_path: {
    status: 400,
    title: "The path is not valid percent-encoding",
    meaning: "The path holds a percent sign that begins no valid byte.",
    fix: "Encode each part of the path, as encodeURIComponent does.",
  },
  unauthorized: {
    status: 401,
    title: "A valid API key is needed",
    meaning: "The route needs a key, and the request has none or one that is not known.",
    fix: "Send `Authorization: Bearer <key>` or `X-Api-Key: <key>`.",
  },
  admin_password_needed: {
    status: 401,
    title: "The admin password is needed",
    meaning: "The admin pages ask for the password of the installation.",
    fix: "Log in as `admin` with `ADMIN_PASSWORD`.",
  },
  admin_closed: {
    status: 403,
    title: "The admin pages are closed",
    meaning: "No password for the admin pages is set, so nobody may see them.",
    fix: "Set `ADMIN_PASSWORD` and start the api again.",
  },
  foreign_origin: {
    status: 403,
    title: "Admin actions are taken from the admin pages only",
    meaning: "The request came from a page of another site, with this site's password.",
    fix: "Use the admin pages themselves.",
  },
  unknown_route: {
    status: 404,
    title: "There is nothing here",
    meaning: "No route has this path.",
    fix: "The reference at `/docs` lists all routes.",
  },
  unknown_match: {
    status: 404,
    title: "Unknown match",
    meaning: "No match with this id is registered.",
    fix: "`GET /v1/matches` lists the matches. Register one with `PUT /v1/matches/{matchId}`.",
  },
  unknown_market: {
    status: 404,
    title: "Unknown market",
    meaning: "The catalogue has no market with this id.",
    fix: "`GET /v1/markets` lists the markets.",
  },
  unknown_category: {
    status: 404,
    title: "Unknown category",
    meaning: "The catalogue has no such category.",
    fix: "`GET /v1/markets` names the category of each market.",
  },
  unknown_variant: {
    status: 404,
    title: "Unknown variant",
    meaning: "Predictions have no such variant.",
    fix: "The detail names the variants.",
  },
  unknown_dead_letter: {
    status: 404,
    title: "Unknown dead letter",
    meaning: "No refused job has this id: it was published again, removed, or is too old.",
    fix: "`GET /v1/dead-letters` lists those that are kept.",
  },
  unknown_event: {
    status: 404,
    title: "Unknown event",
    meaning: "The match's log has no such event.",
    fix: "An event's name is its source, a slash and its id.",
  },
  forgotten_match: {
    status: 410,
    title: "The match is forgotten",
    meaning: "The match was deleted or expired. A correction of it would make a match of fragments.",
    fix: "Register the match again under a new id, and send all of its events.",
  },
  method_not_allowed: {
    status: 405,
    title: "The method does not fit the path",
    meaning: "The path exists, for other methods.",
    fix: "The header `Allow` names them.",
  },
  other_history: {
    status: 409,
    title: "The version is of another history of the match",
    meaning: "After a failover or a deletion the match has another history, in which the version means something else.",
    fix: "Read the match again and use the version and epoch of that answer.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    meaning: "The body is larger than the route takes. Nothing of it was taken.",
    fix: "Send it in several requests.",
  },
  too_many_events: {
    status: 413,
    title: "Too many events in one request",
    meaning: "One request holds too many events. Nothing of it was taken.",
    fix: "Send them in several requests.",
  },
  unreadable_row: {
    status: 422,
    title: "A row of the list cannot be read",
    meaning: "A complete list counts as a whole, so one row that cannot be read stops all of it.",
    fix: "`errors` names the row and the rule. Correct it and send the list again.",
  },
  no_event_taken: {
    status: 422,
    title: "No event of the request was taken",
    meaning: "Every event of the request was rejected.",
    fix: "`results` says why, event by event.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported content type",
    meaning: "The route does not read this content type or encoding.",
    fix: "The detail names those that it reads.",
  },
  store_unavailable: {
    status: 503,
    title: "The store does not answer",
    meaning: "The store's Redis does not answer in time.",
    fix: "Ask again after `Retry-After`. Operators: `touchline doctor`.",
  },
  queue_unavailable: {
    status: 503,
    title: "The queue does not answer",
    meaning: "The queue's Redis does not answer in time. Nothing was accepted.",
    fix: "Send the same request again after `Retry-After`: what was accepted before counts once. Operators: `touchline doctor`.",
  },
  not_applied_yet: {
    status: 503,
    title: "Accepted, and not applied yet",
    meaning: "The request was accepted, and has no effect on reads yet.",
    fix: "Nothing has to be sent again. Read with `minVersion` to see it.",
  },
  version_not_reached: {
    status: 503,
    title: "The match has not reached that version yet",
    meaning: "The match has not reached `minVersion` within the time that a read waits.",
    fix: "Ask again after `Retry-After`. If it lasts, events wait: `touchline doctor` says why.",
  },
  match_busy: {
    status: 503,
    title: "The match changes too fast at the moment",
    meaning: "Events of the match come faster than this request can be fitted between them.",
    fix: "Send it again after `Retry-After`.",
  },
  predictions_pending: {
    status: 503,
    title: "No prediction yet",
    meaning: "None of the markets has been predicted yet. A refresh is on its way.",
    fix: "Ask again after `Retry-After`.",
  },
  too_many_streams: {
    status: 503,
    title: "Too many live streams",
    meaning: "The api, or this address, has as many live streams as it may.",
    fix: "Close streams that are not read, or follow all matches with `GET /v1/stream`.",
  },
  only_if_cached: {
    status: 504,
    title: "Nothing stored to answer with",
    meaning: "`only-if-cached` was asked for, and nothing is stored.",
    fix: "Ask without it.",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
