import spectralSteps from '../kernels/compiled/spectral-steps.js';
import type { KernelSpace } from '../kernels/kernel-space.js';
import type { Spectrum } from './etdrk4.js';

export interface PlaneKernelOptions {
  readonly space: KernelSpace;
  /** Wave numbers `[axis][mode]` */
  readonly wave: readonly Float64Array[];
  readonly trajectories: number;
  /** Points in one of the two parts of a grid */
  readonly gridPoints: number;
  /** Factor of the products */
  readonly scale: number;
}

/**
 * What the advective form in a plane does between transforms, by kernels. Those on spectra answer false where one lies
 * outside of the space and nothing was done.
 */
export function planeKernels({ space, wave, trajectories, gridPoints, scale }: PlaneKernelOptions) {
  const [kx, ky] = wave.map((values) => space.table(values));
  const modes = wave[0].length;
  const width = 8 * trajectories;
  const kernels = space.functions<'planeTurning' | 'planeProducts' | 'planeGradient'>(spectralSteps);
  const between = (kernel: 'planeTurning' | 'planeGradient') => (from: Spectrum, to: Spectrum) => {
    const [re, im] = [space.placeOf(from.re), space.placeOf(from.im)];
    const [toRe, toIm] = [space.placeOf(to.re), space.placeOf(to.im)];
    if (re === null || im === null || toRe === null || toIm === null) return false;
    kernels()[kernel](re, im, kx, ky, modes, width, toRe, toIm);
    return true;
  };
  return {
    /** (û, v̂) to those and the rotation's spectrum */
    turning: between('planeTurning'),
    /** (u, v, ω) to `scale` (−v ω, u ω, (u² + v²)/2) */
    products: (from: Float64Array, to: Float64Array) =>
      kernels().planeProducts(from.byteOffset, to.byteOffset, scale, gridPoints, width),
    /** Spectra of the products to those of the first two plus the gradient of the third */
    gradient: between('planeGradient'),
  };
}
