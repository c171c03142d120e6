import { computeVorticity, type VorticityRequest } from './request.js';

/** Runs in a worker thread of {@link decayingVorticity}. */
export default function run({
  request,
  indices,
}: {
  request: VorticityRequest;
  indices: number[];
}): Float32Array[] {
  return computeVorticity(request, indices);
}
