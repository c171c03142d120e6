import { workerData } from 'piscina';
import { FieldsmithError } from '../common/errors.js';
import { controlJob } from './control-job.js';
import { meshFile } from './field-answer.js';
import { predictJob, solveJob } from './field-jobs.js';
import type { Job, JobAnswers, JobMessage, JobOutcome } from './jobs.js';
import { generatedMesh, type MeshLimits, type MeshWithFields, uploadedMesh } from './mesh-from-request.js';
import type { StoredMesh } from './mesh-store.js';
import { meshSummary } from './mesh-summary.js';
import { type ServedModel, surrogatesOf } from './models.js';
import { inSharedMemory } from './shared-arrays.js';

const surrogates = surrogatesOf((workerData ?? []) as readonly ServedModel[]);

/** One job, in a worker thread. */
export async function runJob({ job, limits, abortPort }: JobMessage): Promise<JobOutcome> {
  const controller = new AbortController();
  abortPort.once('message', () => controller.abort());
  try {
    const answer = await answerOf(job, limits, controller.signal);
    return controller.signal.aborted ? { kind: 'aborted' } : { kind: 'done', answer };
  } catch (error) {
    if (controller.signal.aborted) return { kind: 'aborted' };
    if (!(error instanceof FieldsmithError)) throw error;
    return { kind: 'refused', name: error.name, message: error.message };
  } finally {
    abortPort.close();
  }
}

async function answerOf(job: Job, limits: MeshLimits, signal: AbortSignal): Promise<JobAnswers[Job['kind']]> {
  switch (job.kind) {
    case 'upload':
      return stored(job.id, await uploadedMesh(job.bytes, job.query, limits, signal));
    case 'generate':
      return stored(job.id, generatedMesh(job.request, limits));
    case 'file':
      return { body: meshFile(job.stored.mesh, job.stored.cellFields) };
    case 'solve':
      return solveJob(job, limits, surrogates, signal);
    case 'predict':
      return predictJob(job, limits, surrogates);
    case 'control':
      return controlJob(job, limits, surrogates, signal);
  }
}

function stored(id: string, mesh: MeshWithFields): StoredMesh {
  return { ...inSharedMemory(mesh), summary: meshSummary(id, mesh) };
}
