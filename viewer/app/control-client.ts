import type { ControlService } from '../control/control-service.js';
import { connect, type Remote } from '../data/remote.js';
import { create } from './elements.js';
import { applicationAddress } from './live-client.js';

/** What the worker's script leaves behind: its own source. A page that is opened as a file may not load a worker from one. */
declare global {
  var controlWorkerSource: string | undefined;
}

/** A control service in a worker of its own, and the way to end it in the middle of whatever it does. */
export interface StartedControl {
  readonly service: Remote<ControlService>;
  end(): void;
}

/** Loads the solvers, which the page does without until something is controlled. */
export async function startControl(): Promise<StartedControl> {
  if (globalThis.controlWorkerSource === undefined) await loadScript(applicationAddress('control-worker.js'));
  const source = globalThis.controlWorkerSource;
  if (source === undefined)
    throw new Error('The solvers cannot be loaded: control-worker.js is not beside the page.');
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return { service: connect<ControlService>(worker), end: () => worker.terminate() };
}

function loadScript(source: string): Promise<void> {
  return new Promise((loaded, failed) => {
    const script = create('script', { src: source });
    script.addEventListener('load', () => loaded());
    script.addEventListener('error', () => failed(new Error(`The solvers cannot be loaded from ${source}.`)));
    document.head.append(script);
  });
}
