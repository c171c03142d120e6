import { FileError } from '../common/errors.js';
import { type LoadedModel, loadModel, PROBE_DEFAULTS, type Probe, verifyProbe } from './load-model.js';
import { deviceOrder, firstThatWorks, type SessionOptions } from './session.js';
import type { Device } from './session-platform.js';

export interface ProbedModelOptions extends SessionOptions {
  /** Bound on max |output − stored| / max |stored|; on a GPU at least {@link GPU_TOLERANCE}. */
  readonly tolerance?: number;
}

/**
 * A device that computes something else is wrong by far more than this. Between devices that are right, sums are taken
 * in another order and exponentials have other last digits; CUDA also rounds the factors of products to ten bits.
 */
export const GPU_TOLERANCE: Readonly<Partial<Record<Device, number>>> = { webgpu: 1e-4, cuda: 1e-2 };

/**
 * Opens an ONNX file and runs its stored probe before anything else. A device that refuses the file, fails or answers
 * wrongly is given up for the next one (cuda, webgpu, then the CPU or WebAssembly), and `onFallback` is told.
 *
 * @throws FileError when the last device fails too: the file is damaged, or is not the model of this probe.
 */
export async function loadProbedModel(
  bytes: Uint8Array,
  probe: Probe,
  options: ProbedModelOptions = {},
): Promise<LoadedModel> {
  const { tolerance = PROBE_DEFAULTS.tolerance } = options;
  return firstThatWorks(await deviceOrder(options), options, async (device) => {
    const model = await loadModel(bytes, { ...options, device });
    try {
      const bound = Math.max(tolerance, GPU_TOLERANCE[device] ?? 0);
      const { agrees, relativeDifference } = await verifyProbe(model, probe, { tolerance: bound });
      if (!agrees) {
        throw new FileError(
          `loadProbedModel: on ${device} the probe's output differs by ${relativeDifference.toExponential(1)} of its ` +
            `largest value from the stored one (tolerance ${bound}): the file is damaged, or this device computes wrongly`,
        );
      }
      return model;
    } catch (error) {
      await model.dispose();
      throw error;
    }
  });
}
