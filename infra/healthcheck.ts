/**
 * Asks the service in this container whether it is alive: exit code 0 when `/livez` answers 200, else 1.
 * The api answers on `PORT`, the others on `HEALTH_PORT`; whoever listens is asked, so one image fits all.
 */
const TIMEOUT_MS = 3_000;

const ports = [process.env["PORT"] || "3000", process.env["HEALTH_PORT"] || "9464"];
const answers = await Promise.allSettled(
  ports.map((port) => fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(TIMEOUT_MS) })),
);
const statuses = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value.status] : []));
// A port without a listener says nothing; a listener that is not well says it all.
const alive = statuses.length > 0 && statuses.every((status) => status === 200);
process.exit(alive ? 0 : 1);
