import type { JobMessage, JobOutcome } from './jobs.js';

// Piscina loads this file with `require`, and a worker that is ended while `require` links an ES module takes the whole
// process with it (Node 20: v8::Module::IsGraphAsync); one that is ended in an import does not
const loaded = import('./run-job.js');

/** Runs in a worker thread of the service. */
export default async function run(message: JobMessage): Promise<JobOutcome> {
  const { runJob } = await loaded;
  return runJob(message);
}
