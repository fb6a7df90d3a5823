export { type RefreshDependencies, refreshMatch, type RefreshOutcome } from "./refresh-match.ts";
export { samePrice } from "./verification/same-price.ts";
export { type VerifiedMarket, verifySample } from "./verification/verify-sample.ts";
