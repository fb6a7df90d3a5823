import type { Job, JobJson } from "bullmq";
import { SteadyWorker } from "./steady.ts";

/** Letters of unreadable data that are shown to people. */
const KEPT_LENGTH = 2_048;

/**
 * A worker that also takes jobs whose data is no JSON. BullMQ's own throws while it makes the job: the processor never
 * sees it, and it goes back and forth between queue and workers without a word. Here its data is
 * `{ unreadable: <beginning of the text> }`, which no schema accepts, so the processor buries it at once.
 */
export class TolerantWorker extends SteadyWorker {
  protected override createJob(json: JobJson, jobId: string): Job {
    const isReadable = json.data === undefined || json.data === "" || isJson(json.data);
    if (isReadable) return super.createJob(json, jobId);
    const data = JSON.stringify({ unreadable: json.data.slice(0, KEPT_LENGTH) });
    return super.createJob({ ...json, data }, jobId);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
