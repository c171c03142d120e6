import { exportOnnx, type HostArray, loadModel } from '../../runtime/index.js';
import { storeArray } from '../model-card.js';
import { STEPPER_CARD_KEY, type StepperCard } from './stepper-card.js';
import type { TrainedStepper } from './train-stepper.js';

/** Names of the sizes that the file leaves open, by the number of axes. */
const AXES = [['points'], ['rows', 'columns'], ['planes', 'rows', 'columns']];
const PROBE_TOLERANCE = 1e-4;

export interface ExportStepperOptions {
  /** Grids that the file takes: any that the operator does, or the trained one, for operators that ask for certain sizes (U-Net). */
  grid?: 'any' | 'trained';
}

export const EXPORT_STEPPER_DEFAULTS = { grid: 'any' } as const;

/**
 * The trained stepper as one ONNX file, `state` `[batch, ...grid, components]` to `next` of the same shape, for any batch and any
 * grid that the operator takes or the trained one; the stepper card lies in its metadata. Scales are in the graph: states go in as they are.
 */
export async function exportStepper(
  trained: TrainedStepper,
  options: ExportStepperOptions = {},
): Promise<Uint8Array> {
  const { grid } = { ...EXPORT_STEPPER_DEFAULTS, ...options };
  const { stepper, operatorParameters: parameters, data, configuration } = trained;
  const specs = {
    state: {
      shape: ['batch', ...(grid === 'any' ? AXES[data.points.length - 1] : data.points), data.components],
      dtype: 'float32' as const,
    },
  };
  const graph = (metadata?: Record<string, string>) =>
    exportOnnx(({ state }, weights) => ({ next: stepper.forward(weights, state) }), specs, {
      parameters,
      metadata,
    });
  const plain = await loadModel(graph(), { device: 'cpu' });
  try {
    const state = probeState(trained);
    const { next } = await plain.run({ state });
    const { name, options } = stepper.options.operator as { name: string; options: unknown };
    const card: StepperCard = {
      format: 'fieldsmith-stepper-1',
      operator: { name, options },
      scales: {
        state: [...stepper.scales.state],
        increment: [...stepper.scales.increment],
        difference: [...stepper.scales.difference],
      },
      conservative: stepper.options.conservative,
      interval: data.interval,
      components: data.components,
      constants: stepper.options.constants,
      trained: {
        points: [...data.points],
        length: [...data.length],
        viscosity: [...data.viscosity],
        method: trained.method,
        steps: configuration.steps,
        batchSize: configuration.batchSize,
        seed: configuration.seed,
      },
      probe: { state: storeArray(state), next: storeArray(next), tolerance: PROBE_TOLERANCE },
    };
    return graph({ [STEPPER_CARD_KEY]: JSON.stringify(card) });
  } finally {
    await plain.dispose();
  }
}

/** Waves of the data's size on the trained grid. */
function probeState({ data, scales }: TrainedStepper): HostArray {
  const shape = [1, ...data.points, data.components];
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const last = data.points[data.points.length - 1];
  values.forEach((_, at) => {
    const point = Math.floor(at / data.components);
    const [along, across] = [point % last, Math.floor(point / last)];
    values[at] =
      (scales.state[at % data.components] ?? 1) * Math.sin((2 * Math.PI * (along + across)) / last);
  });
  return { shape, data: values };
}
