import type { BurgersRequest } from './burgers-request.js';
import { type Burgers2dRequest, computeBurgers } from './burgers2d.js';

/** Runs in a worker thread of {@link generateBurgers}. */
export default function run({
  request,
  indices,
}: {
  request: BurgersRequest | Burgers2dRequest;
  indices: number[];
}): Float32Array[] {
  return computeBurgers(request, indices);
}
