import type { Surrogate } from '../../training/index.js';
import type { BenchCase } from './bench-case.js';
import { classicalWays } from './classical-ways.js';
import { type ReducedOptions, reducedWays } from './reduced-ways.js';
import { surrogateWays } from './surrogate-ways.js';
import { missingWay, type Way } from './ways.js';

/** Everything that is weighed, what has no figures among it. */
export function benchWays(
  given: BenchCase,
  surrogate: Surrogate | null,
  gpu: { readonly surrogate: Surrogate | null; readonly missing: string | null },
  options: ReducedOptions,
): Way[] {
  const { threads } = options;
  const ofModel = surrogate ? surrogateWays(given, { surrogate, device: 'cpu', threads }) : [];
  return [
    ...ofModel,
    ...gpuWays(given, ofModel, gpu, threads),
    ...classicalWays(given),
    ...reducedWays(given, options),
  ];
}

function gpuWays(
  given: BenchCase,
  ofModel: readonly Way[],
  { surrogate, missing }: { readonly surrogate: Surrogate | null; readonly missing: string | null },
  threads: number | undefined,
): Way[] {
  if (surrogate) return surrogateWays(given, { surrogate, device: 'webgpu', threads });
  if (missing === null) return [];
  return ofModel.map(({ name, title, kind }) =>
    missingWay({ name: `${name}_webgpu`, title: `${title} on webgpu`, kind, device: 'webgpu' }, missing),
  );
}
