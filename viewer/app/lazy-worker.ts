import { connect, type Remote } from '../data/remote.js';
import { create } from './elements.js';
import { applicationAddress } from './live-client.js';

declare global {
  /** What the scripts of lazy workers leave behind: their sources by name. A page that is opened as a file may not load a worker from one. */
  var fieldsmithWorkers: Record<string, string> | undefined;
}

/** A service in a worker of its own, and the way to end it in the middle of whatever it does. */
export interface StartedWorker<T> {
  readonly service: Remote<T>;
  end(): void;
}

/**
 * Starts a worker whose code the page does without until then.
 *
 * @param name of its entry file, without `.ts`
 * @throws Error if the script is not beside the page
 */
export async function startLazyWorker<T extends object>(name: string): Promise<StartedWorker<T>> {
  if (!globalThis.fieldsmithWorkers?.[name]) await loadScript(applicationAddress(`${name}.js`));
  const source = globalThis.fieldsmithWorkers?.[name];
  if (source === undefined) throw new Error(`${name}.js is not what the page was built with.`);
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return { service: connect<T>(worker), end: () => worker.terminate() };
}

function loadScript(source: string): Promise<void> {
  return new Promise((loaded, failed) => {
    const script = create('script', { src: source });
    script.addEventListener('load', () => loaded());
    script.addEventListener('error', () =>
      failed(
        new Error(`${source} cannot be loaded; is it beside the page, and \`fieldsmith view\` running?`),
      ),
    );
    document.head.append(script);
  });
}
