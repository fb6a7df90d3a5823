export { incident } from "./incident-adapter.ts";
