const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/**
 * Reads keys as they are pressed, where there is a terminal. The command has a process group of its own and could not.
 * @param {(key: string) => void} onKey
 * @param {() => void} onStop the user wants to end: in this mode the terminal sends no signal for Ctrl-C
 * @returns {() => void} leaves the terminal as it was
 */
export function forwardKeys(onKey, onStop) {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", (keys) => {
    for (const key of keys) {
      if (key === CTRL_C || key === CTRL_D || key === "q") onStop();
      else onKey(key);
    }
  });
  return () => {
    stdin.setRawMode(false);
    stdin.pause();
  };
}
