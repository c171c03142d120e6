import { recordWake, type WakeRecord, type WakeRequest } from './cylinder-wake.js';

/** Runs in a worker thread of {@link cylinderWake}. */
export default function run(request: WakeRequest): WakeRecord {
  return recordWake(request);
}
