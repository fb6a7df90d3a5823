export { timeline } from "./timeline-adapter.ts";
