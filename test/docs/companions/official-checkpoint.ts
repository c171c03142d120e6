import { ok } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { baTransolver, npsolverPreset } from 'fieldsmith/operators';
import { createRandom } from 'fieldsmith/runtime';
import { exportOfficialCheckpoint } from 'fieldsmith/training';
import { problem as controlled } from './plate.js';

const options = { ...npsolverPreset('random-bc'), width: 16, blocks: 1, heads: 2 };
const parameters = baTransolver(options).initialParameters(createRandom(1));
writeFileSync('checkpoint.safetensors', exportOfficialCheckpoint({ options, parameters }));
export const problem = controlled;

export function check({ answer }: { answer: { relativeResidual: number } }) {
  ok(answer.relativeResidual <= 1e-8);
}
