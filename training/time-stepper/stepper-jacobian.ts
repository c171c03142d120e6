import { combineSeeds, createRandom } from '../../common/random.js';
import { JACOBIAN_PENALTY_DEFAULTS, jacobianSize, jacobianTolerance } from '../../operators/index.js';
import { compile, type HostArray, type SessionOptions } from '../../runtime/index.js';
import type { TrainedStepper } from './train-stepper.js';

export interface JacobianFieldOptions extends SessionOptions {
  /** Random directions; the field's relative error is about √(2/probes). */
  probes?: number;
  seed?: number;
}

export const JACOBIAN_FIELD_DEFAULTS = { probes: 16, seed: 0 } as const;

export interface JacobianField {
  /** q̂, estimated squared row norms of the step's Jacobian, `[batch, ...points]` */
  readonly rowNorms: Float32Array;
  /** s, where the method learned one */
  readonly tolerance?: Float32Array;
}

/** Row norms of a trained stepper's Jacobian, and its learned tolerance, at given states `[batch, ...points, components]`. */
export async function jacobianField(
  trained: TrainedStepper,
  states: HostArray,
  { probes, seed, ...session }: JacobianFieldOptions & { probes?: number } = {},
): Promise<JacobianField> {
  const { stepper, method, parameters, scales } = trained;
  const count = probes ?? JACOBIAN_FIELD_DEFAULTS.probes;
  const learned = method.jacobian && method.jacobian.tolerance !== 'uniform' ? method.jacobian : undefined;
  const options = { ...JACOBIAN_PENALTY_DEFAULTS, product: 'double-vjp' } as const;
  const spec = { shape: states.shape, dtype: 'float32' } as const;
  const compiled = await compile(
    ({ u, signs }, weights) => ({
      size: jacobianSize(stepper, weights, u, { signs }, options),
      ...(learned ? { s: jacobianTolerance(weights, stepper.evolving(u), learned, scales) } : {}),
    }),
    { u: spec, signs: spec },
    { ...session, parameters },
  );
  try {
    let rowNorms: Float32Array | undefined;
    let tolerance: Float32Array | undefined;
    for (let probe = 0; probe < count; probe++) {
      const random = createRandom(combineSeeds(seed ?? JACOBIAN_FIELD_DEFAULTS.seed, probe));
      const data = Float32Array.from(states.data, () => (random.uniform() < 0.5 ? -1 : 1));
      const outputs = (await compiled.run({ u: states, signs: { shape: states.shape, data } })) as Record<
        string,
        HostArray
      >;
      const size = outputs.size.data as Float32Array;
      rowNorms ??= new Float32Array(size.length);
      for (let i = 0; i < size.length; i++) rowNorms[i] += size[i] / count;
      tolerance = outputs.s?.data as Float32Array | undefined;
    }
    return { rowNorms: rowNorms!, ...(tolerance ? { tolerance } : {}) };
  } finally {
    await compiled.dispose();
  }
}
