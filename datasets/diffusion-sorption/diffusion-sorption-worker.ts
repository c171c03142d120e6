import { computeDiffusionSorption, type DiffusionSorptionRequest } from './request.js';

/** Runs in a worker thread of {@link diffusionSorption}. */
export default function run({
  request,
  indices,
}: {
  request: DiffusionSorptionRequest;
  indices: number[];
}): Float32Array[] {
  return computeDiffusionSorption(request, indices);
}
