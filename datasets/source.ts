import type { Random } from '../common/random.js';
import type { Mesh } from '../geometry/mesh.js';
import { type FourierSource, sampleFourierSource } from './fourier-source.js';
import { type GaussianRandomField, sampleGaussianRandomField } from './gaussian-random-field.js';
import { type HotSpots, sampleHotSpots } from './hot-spots.js';

/** A distribution of sources as plain data. */
export type Source = FourierSource | HotSpots | GaussianRandomField;

/** `count` independent sources q of −∇·(κ∇u) = q on a mesh, each `[cell]`. */
export function sampleSource(source: Source, mesh: Mesh, random: Random, count = 1): Float64Array[] {
  if (source.kind === 'fourier') return sampleFourierSource(source, mesh, random, count);
  if (source.kind === 'hot-spots') return sampleHotSpots(source, mesh, random, count);
  return sampleGaussianRandomField(source, mesh, random, count);
}
