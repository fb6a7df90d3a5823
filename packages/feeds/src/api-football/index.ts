export { apiFootball } from "./api-football-adapter.ts";
