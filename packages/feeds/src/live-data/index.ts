export { liveData } from "./live-data-adapter.ts";
