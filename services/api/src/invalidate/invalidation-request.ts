import { InvalidationRequest } from "@touchline/contract";
import { didYouMean, type Graph } from "@touchline/domain";
import { ApiError } from "../http/problems.ts";
import { parseFields } from "../http/request-fields.ts";

/** @throws ApiError `invalid_request` naming the fields, `unknown_market` naming the first id that is none */
export function invalidationOf(body: unknown, { markets, findMarket }: Graph): InvalidationRequest {
  const request = parseFields(InvalidationRequest, body, "invalidation");
  for (const [index, id] of (request.markets ?? []).entries())
    if (!findMarket(id)) {
      const shown = JSON.stringify(id);
      throw new ApiError("unknown_market", {
        detail: `${shown} is not known; GET /v1/markets lists them all${didYouMean(
          id,
          markets.map((market) => market.id),
        )}`,
        errors: [{ path: `markets.${index}`, message: `${shown} is not known` }],
      });
    }
  return request;
}
