import { commandOf, parentOf } from "./processes.mjs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** npm forwards the signal that the terminal has already sent us: both together are one request. */
const ECHO_MS = 1_000;
const WATCH_EVERY_MS = 500;

/**
 * Everything that means "stop": a signal to us, or the death of the npm that started us, which reports nothing.
 * @param {(why: string, times: number) => void} onRequest called again when the user insists
 * @returns {(why: string) => void} asks to stop as a signal would
 */
export function onStopRequest(onRequest) {
  let times = 0;
  let last = 0;
  const request = (why) => {
    if (times > 0 && performance.now() - last < ECHO_MS) return;
    last = performance.now();
    times += 1;
    onRequest(why, times);
  };
  for (const signal of SIGNALS) process.on(signal, request);
  const npmIsGone = npmWatcher();
  const watch = setInterval(() => {
    if (times === 0 && npmIsGone()) request("npm has gone");
  }, WATCH_EVERY_MS);
  watch.unref();
  return request;
}

/** Started by npm, our parent is npm itself or a shell between us; an orphan gets another parent. */
function npmWatcher() {
  if (process.env.npm_lifecycle_event === undefined) return () => false;
  const parent = process.ppid;
  const isShell = /^(\S*\/)?(sh|dash|bash|ash|zsh)( |$)/.test(commandOf(parent));
  const grandparent = isShell ? parentOf(parent) : undefined;
  return () => process.ppid !== parent || (grandparent !== undefined && parentOf(parent) !== grandparent);
}
