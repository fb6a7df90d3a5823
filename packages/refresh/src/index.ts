export { type RefreshDependencies, refreshMatch, type RefreshOutcome } from "./refresh-match.ts";
