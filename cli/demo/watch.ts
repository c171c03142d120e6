import type { Progress } from '../../common/progress.js';

/** Where a phase of the demo reports, and what ends it: an aborted signal makes it throw the signal's reason. */
export interface Watch {
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}
