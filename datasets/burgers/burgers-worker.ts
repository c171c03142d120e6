import { type BurgersRequest, computeTrajectories } from './burgers-request.js';

/** Runs in a worker thread of {@link generateBurgers}. */
export default function run({ request, indices }: { request: BurgersRequest; indices: number[] }) {
  return computeTrajectories(request, indices);
}
