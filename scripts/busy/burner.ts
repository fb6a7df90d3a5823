/** Burns one core until its parent ends or ten hours have gone by, whichever comes first. */
const LONGEST_MS = 10 * 3_600_000;
/** Between two looks at the parent. */
const TURN_MS = 20;

process.once("disconnect", () => process.exit(0));
const endAt = performance.now() + LONGEST_MS;

function burn(): void {
  const until = performance.now() + TURN_MS;
  while (performance.now() < until);
  if (performance.now() < endAt) setImmediate(burn);
  else process.exit(0);
}
burn();
