export { footballData } from "./football-data-adapter.ts";
