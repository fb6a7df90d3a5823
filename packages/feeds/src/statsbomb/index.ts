export { statsBomb } from "./statsbomb-adapter.ts";
