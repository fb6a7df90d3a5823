import type { Adapter } from "./adapter/adapter.ts";
import { apiFootball } from "./api-football/index.ts";
import { footballData } from "./football-data/index.ts";
import { incident } from "./incident/index.ts";
import { liveData } from "./live-data/index.ts";
import { optaF24 } from "./opta/index.ts";
import { statsBomb } from "./statsbomb/index.ts";
import { statsPerformMa3 } from "./stats-perform/index.ts";
import { timeline } from "./timeline/index.ts";
import { wyscoutV2, wyscoutV3 } from "./wyscout/index.ts";

/** Every format that can be read. */
export const ADAPTERS: readonly Adapter[] = [
  statsBomb,
  liveData,
  optaF24,
  statsPerformMa3,
  wyscoutV2,
  wyscoutV3,
  apiFootball,
  footballData,
  timeline,
  incident,
];

/** The format of that name, as `--format` takes it. */
export function adapterFor(name: string): Adapter | undefined {
  return ADAPTERS.find((adapter) => adapter.name === name);
}
