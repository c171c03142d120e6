import { FileError } from '../../common/errors.js';
import { connect, type Remote } from '../data/remote.js';
import type { LiveService } from '../live/live-service.js';

/** Folder of the application: where the script of the page came from. */
const application = (document.currentScript as HTMLScriptElement | null)?.src ?? document.baseURI;

/** An address beside the application. */
export function applicationAddress(path: string): string {
  return new URL(path, application).href;
}

/** The folder that ONNX Runtime loads its WebAssembly from. */
export const RUNTIME_FOLDER = 'onnxruntime/';

/**
 * Starts the worker that answers live; it loads ONNX Runtime when a model is opened.
 *
 * @throws FileError for a page that was opened as a file, which may start no such worker
 */
export function startLiveService(onFailure: (message: string) => void): Remote<LiveService> {
  if (location.protocol === 'file:')
    throw new FileError(
      'A page that is opened as a file may not load WebAssembly: run `npx fieldsmith view` and use the surrogate there.',
    );
  const worker = new Worker(applicationAddress('live/live-worker.js'), { type: 'module' });
  worker.addEventListener('error', (event) => {
    // whoever waits for it waits in vain
    worker.terminate();
    onFailure(
      event.message || 'The worker of the surrogate cannot be loaded; is `fieldsmith view` still running?',
    );
  });
  return connect<LiveService>(worker);
}

/** Names of the models that come with the package; none where the page is served by something else. */
export async function pretrainedModels(): Promise<string[]> {
  if (location.protocol === 'file:') return [];
  const response = await fetch(applicationAddress('pretrained/names.json')).catch(() => undefined);
  return response?.ok ? response.json() : [];
}
