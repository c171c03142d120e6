import type { DataService } from '../data/data-service.js';
import { connect, type Remote } from '../data/remote.js';

/** Source of the worker, put here by the build: a page that is opened as a file may not load a worker from one. */
declare const DATA_WORKER: string;

/** Starts the worker that holds the data of this page. */
export function startDataService(): Remote<DataService> {
  const url = URL.createObjectURL(new Blob([DATA_WORKER], { type: 'text/javascript' }));
  return connect<DataService>(new Worker(url));
}
