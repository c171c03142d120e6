import { equal } from 'node:assert/strict';
import type { BoundaryControl, ControlPlan, LoadCase } from 'fieldsmith/control';
import { loadPretrained, openSurrogate } from 'fieldsmith/training';
import { sourceOf } from './plate.js';

export { controlSession } from 'fieldsmith/control';
export { problem } from './plate.js';

export const controls: BoundaryControl[] = [{ patches: 'left', quantity: 'temperature', bounds: [-20, 20] }];
export const surrogate = await openSurrogate(loadPretrained('control'));
export const loadCases: LoadCase[] = [{ source: sourceOf(90) }];
export const others: LoadCase[] = [{ source: sourceOf(80) }, { source: sourceOf(70) }];

export function check({ today, tomorrow }: { today: ControlPlan; tomorrow: ControlPlan }) {
  equal(today.verdict, 'success');
  equal(tomorrow.verdict, 'success');
}
