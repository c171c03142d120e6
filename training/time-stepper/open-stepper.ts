import { FileError, InvalidInputError } from '../../common/errors.js';
import { type HostArray, loadModel, type SessionOptions, verifyProbe } from '../../runtime/index.js';
import { restoreArray } from '../model-card.js';
import { parseStepperCard, STEPPER_CARD_KEY, type StepperCard } from './stepper-card.js';

/** What advances states by one interval: a learned stepper, or anything that stands for one. */
export interface StateStepper {
  /** `[batch, ...grid, components]` → the states one interval later */
  step(state: HostArray): Promise<HostArray>;
}

export interface OpenStepper extends StateStepper, AsyncDisposable {
  readonly card: StepperCard;
  dispose(): Promise<void>;
}

/** WebGPU rounds differently from the processor that the stored state was computed on. */
const GPU_TOLERANCE = 1e-2;

/**
 * Opens a file of `exportStepper` in Node or the browser and runs its stored state.
 *
 * @throws FileError when the file is no stepper, or answers its stored state otherwise than where it was made
 */
export async function openStepper(onnx: Uint8Array, options: SessionOptions = {}): Promise<OpenStepper> {
  const model = await loadModel(onnx, options);
  try {
    const card = parseStepperCard(model.metadata[STEPPER_CARD_KEY]);
    const { tolerance } = card.probe;
    const probe = {
      inputs: { state: restoreArray(card.probe.state) },
      outputs: { next: restoreArray(card.probe.next) },
    };
    const onProcessor = options.device === undefined || options.device === 'cpu' || options.device === 'wasm';
    const { agrees, relativeDifference } = await verifyProbe(model, probe, {
      tolerance: onProcessor ? tolerance : GPU_TOLERANCE,
    });
    if (!agrees) {
      throw new FileError(
        `openStepper: the stored state comes out ${relativeDifference.toExponential(1)} from where it should; ` +
          'open the file on another device, or export it again',
      );
    }
    const rank = card.trained.points.length + 2;
    return {
      card,
      async step(state) {
        if (state.shape.length !== rank || state.shape[rank - 1] !== card.components) {
          throw new InvalidInputError(
            `step: expected states [batch, ${rank - 2} grid axes, ${card.components} components], got [${state.shape}]`,
          );
        }
        return (await model.run({ state })).next;
      },
      dispose: model.dispose,
      [Symbol.asyncDispose]: model.dispose,
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
