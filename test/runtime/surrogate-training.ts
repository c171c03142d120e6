import { createRandom, type Random } from '../../common/random.js';
import { fno } from '../../operators/index.js';
import { compileTrainingStep, type NamedArrays, type SessionOptions, tf } from '../../runtime/index.js';

/**
 * A small surrogate of a real problem, to compare devices over a whole training: a Fourier neural operator that maps
 * u(x, 0) to u(x, ½) of Burgers' equation u_t + (u²/2)_x = ν u_xx on the periodic unit interval.
 */
const POINTS = 64;
const SAMPLES = 64;
const BATCH = 8;
const VISCOSITY = 0.01;
const operator = fno({ dimensions: 1, inputs: 1, outputs: 1, width: 12, layers: 2, modes: 8, headWidth: 24 });

const SEED = 7;
const PEAK_RATE = 4e-3;

/** Smooth periodic fields of three waves. */
function initialFields(): Float64Array[] {
  const random = createRandom(SEED);
  return Array.from({ length: SAMPLES }, () => {
    const waves = [1, 2, 3].map((k) => ({
      k,
      amplitude: random.normal() / k,
      phase: random.uniform(0, 2 * Math.PI),
    }));
    return Float64Array.from({ length: POINTS }, (_, i) =>
      waves.reduce(
        (u, { k, amplitude, phase }) =>
          u + 0.5 * amplitude * Math.sin((2 * Math.PI * k * i) / POINTS + phase),
        0,
      ),
    );
  });
}

/** u(·, ½) by central fluxes and the classical Runge–Kutta method of fourth order. */
function burgers(initial: Float64Array): Float64Array {
  const steps = 400;
  const [h, dt] = [1 / POINTS, 0.5 / steps];
  const rate = (u: Float64Array) =>
    u.map((value, i) => {
      const [left, right] = [u[(i + POINTS - 1) % POINTS], u[(i + 1) % POINTS]];
      return (left ** 2 - right ** 2) / (4 * h) + (VISCOSITY * (left - 2 * value + right)) / h ** 2;
    });
  const moved = (u: Float64Array, by: number, along: Float64Array) =>
    u.map((value, i) => value + by * along[i]);
  let u = initial;
  for (let step = 0; step < steps; step++) {
    const k1 = rate(u);
    const k2 = rate(moved(u, dt / 2, k1));
    const k3 = rate(moved(u, dt / 2, k2));
    const k4 = rate(moved(u, dt, k3));
    u = u.map((value, i) => value + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return u;
}

export interface SurrogateTraining {
  readonly steps: number;
  /** After every step each weight goes to a neighbouring float32, up or down by the draws of this seed. */
  readonly noise?: number;
}

/** The loss of every step and the weights at the end. */
export async function trainSurrogate(
  { steps, noise }: SurrogateTraining,
  session: SessionOptions,
): Promise<{ losses: number[]; parameters: Float32Array }> {
  const fields = initialFields();
  const solutions = fields.map(burgers);
  const scale =
    1 / Math.sqrt(solutions.reduce((sum, u) => sum + u.reduce((s, v) => s + v * v, 0) / POINTS, 0) / SAMPLES);
  const random = createRandom(SEED + 1);
  const initial = operator.initialParameters(random);
  const step = await compileTrainingStep({
    ...session,
    parameters: initial,
    batchSpecs: {
      u: { shape: [BATCH, POINTS, 1], dtype: 'float32' },
      y: { shape: [BATCH, POINTS, 1], dtype: 'float32' },
    },
    loss: (p, { u, y }) => tf.mean(tf.square(tf.sub(operator.forward(p, u), y))) as tf.Scalar,
    clipNorm: 1,
  });
  const coins = noise === undefined ? undefined : createRandom(noise);
  const losses: number[] = [];
  for (let t = 0; t < steps; t++) {
    const drawn = Array.from({ length: BATCH }, () => random.integer(0, SAMPLES - 1));
    const array = (of: readonly Float64Array[]) => ({
      shape: [BATCH, POINTS, 1],
      data: Float32Array.from(
        drawn.flatMap((sample) => [...of[sample]]),
        (value) => scale * value,
      ),
    });
    const batch: NamedArrays = { u: array(fields), y: array(solutions) };
    // rises for a tenth of the steps, then falls along a cosine
    const progress = (t + 0.5) / steps;
    const learningRate = PEAK_RATE * Math.min(progress / 0.1, 0.5 * (1 + Math.cos(Math.PI * progress)));
    losses.push((await step.run({ u: batch.u, y: batch.y }, { learningRate })).loss);
    if (coins) {
      const state = step.state();
      step.setState({ ...state, parameters: neighbours(state.parameters, coins) });
    }
  }
  const { parameters } = step.state();
  await step.dispose();
  return { losses, parameters };
}

/** float32 numbers next to the given ones. */
function neighbours(values: Float32Array, coins: Random): Float32Array {
  const moved = values.slice();
  const bits = new Int32Array(moved.buffer);
  for (let i = 0; i < bits.length; i++) if (moved[i] !== 0) bits[i] += coins.integer(0, 1) === 0 ? -1 : 1;
  return moved;
}
