export { urgencyOf } from "@touchline/queue";
