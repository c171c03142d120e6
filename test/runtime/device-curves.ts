/** Loss curves of one training from one seed, on two devices and with noise. */
export interface DeviceCurves {
  readonly hardware: string;
  readonly cpu: readonly number[];
  readonly webgpu: readonly number[];
  /** On the cpu, with every weight moved by one unit of its last place after every step. */
  readonly noisy: readonly (readonly number[])[];
  /** Whether a second run on the cpu gave the same losses, bit by bit. */
  readonly cpuRepeats: boolean;
  readonly seconds: { readonly cpu: number; readonly webgpu: number };
}

/**
 * A device that rounds otherwise does at every step what the noise does. A few units of the last place instead of one are
 * allowed for: shaders may round exponentials and divisions to 2 or 3. SwiftShader stayed below one.
 */
export const NOISE_FACTOR = 4;

export interface Agreement {
  /** |L − L_cpu| / L_cpu of webgpu at each step. */
  readonly difference: readonly number[];
  /** The largest such difference of the noisy runs up to each step. */
  readonly noise: readonly number[];
  /** Largest difference over noise of the same step. */
  readonly ratio: number;
}

export function agreement({ cpu, webgpu, noisy }: Pick<DeviceCurves, 'cpu' | 'webgpu' | 'noisy'>): Agreement {
  const relative = (losses: readonly number[]) => losses.map((loss, t) => Math.abs(loss - cpu[t]) / cpu[t]);
  const difference = relative(webgpu);
  // the first step comes before any noise: half a unit of the last place of the loss itself
  let largest = 2 ** -24;
  const spread = noisy.map(relative);
  const noise = cpu.map((_, t) => {
    largest = Math.max(largest, ...spread.map((run) => run[t]));
    return largest;
  });
  return { difference, noise, ratio: Math.max(...difference.map((value, t) => value / noise[t])) };
}
