export { wyscoutV2 } from "./wyscout-v2-adapter.ts";
export { wyscoutV3 } from "./wyscout-v3-adapter.ts";
