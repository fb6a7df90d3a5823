export { optaF24 } from "./opta-adapter.ts";
