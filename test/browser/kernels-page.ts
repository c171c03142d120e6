import { burgersSpectral } from '../../solvers/burgers/spectral.js';
import { gramMatrix } from '../../solvers/dense/tall-products.js';
import { vectorDenseKernels } from '../../solvers/kernels/dense-kernels.js';
import { kernelSpace } from '../../solvers/kernels/kernel-space.js';

/** What the kernels compute, in Node and, bundled, in a page. */
export function kernelResults() {
  const wave = (count: number) =>
    Float64Array.from({ length: count }, (_, i) => Math.sin(i) + Math.cos(i * i));
  const states = [[96], [16, 20]].map((points) => {
    const solver = burgersSpectral({ viscosity: 0.05, points, underResolved: 'allow' });
    return [...solver.step(wave(3 * solver.stateSize), 0.02)];
  });
  return {
    vectors: kernelSpace() !== null && vectorDenseKernels() !== null,
    numbers: [...states.flat(), ...gramMatrix(wave(6000), 15)],
  };
}

Object.assign(globalThis, { kernelResults });
