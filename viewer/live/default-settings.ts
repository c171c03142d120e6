import type { LivePart } from './live-part.js';
import type { PatchSetting } from './live-state.js';

/** Boundary types that a model was trained on: any mixture, one of them alone, or few Dirichlet patches. */
export type TypeCoverage = 'any' | 'few-dirichlet' | 'dirichlet' | 'neumann';

/** What the sampler of boundary types on a model's card covers. */
export function typeCoverage(boundary: unknown): TypeCoverage {
  const sampler = asRecord(asRecord(boundary).types ?? boundary);
  if (sampler.kind === 'all-dirichlet') return 'dirichlet';
  if (sampler.kind === 'all-neumann') return 'neumann';
  return sampler.kind === 'some-dirichlet' || sampler.kind === 'fixed-types' ? 'few-dirichlet' : 'any';
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** °C, of the held patches in turn */
const TEMPERATURES = [80, 20, 50];
const ROOM = 20;

/** Something to begin with: temperatures and insulated patches in the mixture that the model knows. */
export function defaultSettings(
  patches: LivePart['patches'],
  coverage: TypeCoverage,
): Record<string, PatchSetting> {
  let held = 0;
  const cold = patches.find(({ name }) => name === 'left') ?? patches[0];
  return Object.fromEntries(
    patches.map((patch, index): [string, PatchSetting] => {
      if (coverage === 'few-dirichlet')
        return [patch.name, setting(patch === cold ? 'dirichlet' : 'neumann', ROOM)];
      if (coverage === 'neumann') return [patch.name, setting('neumann', ROOM)];
      if (coverage === 'any' && index % 2 === 1) return [patch.name, setting('neumann', ROOM)];
      return [patch.name, setting('dirichlet', TEMPERATURES[held++ % TEMPERATURES.length])];
    }),
  );
}

const setting = (type: PatchSetting['type'], temperature: number): PatchSetting => ({
  type,
  temperature,
  flux: 0,
});

/** What was set before of the patches that there are, and the defaults of the others. */
export function completeSettings(
  part: LivePart,
  coverage: TypeCoverage,
  set: Readonly<Record<string, PatchSetting>>,
): Record<string, PatchSetting> {
  const known = defaultSettings(part.patches, coverage);
  return Object.fromEntries(
    Object.entries(known).map(([name, fallback]) => {
      const { [name]: found = fallback } = Object.hasOwn(set, name) ? set : {};
      const type = coverage === 'dirichlet' || coverage === 'neumann' ? coverage : found.type;
      return [name, { ...found, type }];
    }),
  );
}
