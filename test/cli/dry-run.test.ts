import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.js';
import { runInProcess } from './in-process.js';

/** What takes more than a few seconds, or may. */
const SLOW = ['demo', 'train', 'evaluate', 'solve', 'control', 'rollout', 'bench'];

const PROBLEM = `title: Plate
lengthUnit: mm
thickness: 3
conductivity: 200
mesh: { rectangle: { from: [0, 0], to: [60, 40] }, cells: 300 }
heat: [{ density: 1.0e+6 }]
boundary:
  left: { type: temperature, value: 20 }
  right: { type: convection, coefficient: 25, ambient: 15 }
  top: { type: flux, value: 300 }
  default: { type: insulated }
controls: [{ name: cold side, patches: left, quantity: temperature, bounds: [0, 20], pieces: 3 }]
limit: { maximum: 60 }
`;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dry-'));
  writeFileSync(at('plate.yaml'), PROBLEM);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function planOf(...args: string[]) {
  const before = readdirSync(folder).sort();
  const { code, output, errors } = await runInProcess(...args, '--dry-run', '--json');
  expect([code, errors]).toEqual([0, '']);
  const words = await runInProcess(...args, '--dry-run');
  expect(words.output).toMatch(/nothing was (\w+)/);
  expect(readdirSync(folder).sort()).toEqual(before);
  return JSON.parse(output);
}

describe('--dry-run', () => {
  it.each(SLOW)('%s has it', (name) => {
    const command = createProgram().commands.find((each) => each.name() === name)!;
    expect(command.options.map(({ long }) => long)).toContain('--dry-run');
  });

  it('solve: the problem as it was understood', async () => {
    const plan = await planOf('solve', at('plate.yaml'), '--out', at('field.vtu'), '--model', 'random-bc');
    expect(plan).toMatchObject({ title: 'Plate', kind: 'steady', dimension: 2, model: 'reduced-basis' });
    // 1 MW/m³ in 60 × 40 × 3 mm
    expect(plan.sources.value).toBeCloseTo(7.2, 9);
    expect(plan.sources.unit).toBe('W');
    expect(plan.patches.map(({ condition }: { condition: string }) => condition).sort()).toEqual([
      'convection 25 W/(m² K) to 15 °C',
      'flux 300 W/m²',
      'insulated',
      'temperature 20 °C',
    ]);
    const wrong = await runInProcess('solve', at('plate.yaml'), '--case', 'none', '--dry-run');
    expect([wrong.code, existsSync(at('field.vtu'))]).toEqual([1, false]);
  });

  it('control: what may be set and what must hold', async () => {
    const outline = await planOf('control', at('plate.yaml'), '--out', at('plan'));
    expect(outline.controls).toEqual([
      {
        name: 'cold side',
        patches: 'left',
        quantity: 'temperature',
        bounds: [0, 20],
        shape: { kind: 'pieces', count: 3 },
      },
    ]);
    expect(outline.limit).toEqual({ maximum: 60 });
  });

  it('evaluate: what would be asked, of a task and of parts', async () => {
    expect(await planOf('evaluate', 'random-bc', '--task', 'random-bc')).toMatchObject({
      operator: 'reduced-basis',
      task: 'random-bc',
      parts: null,
      samples: 10,
    });
    const ofParts = await planOf('evaluate', 'random-bc', '--parts', at('plate.yaml'), '--samples', '3');
    expect(ofParts).toMatchObject({ task: null, parts: { files: ['plate.yaml'] }, samples: 3 });
    const unnamed = await runInProcess('evaluate', 'random-bc', '--dry-run');
    expect(unnamed.code).toBe(1);
    expect(unnamed.errors).toMatch(/does not say what it was trained on; name --parts or --task/);
  });

  it('demo: training, and what becomes of a run that is there', async () => {
    const args = ['demo', '--out', at('run'), '--minutes', '2', '--meshes', '7'];
    expect(await planOf(...args)).toMatchObject({
      steps: null,
      budgetSeconds: 120,
      meshes: 7,
      earlier: 'none',
    });
    const pretrained = await planOf('demo', '--pretrained', '--out', at('run'));
    expect(pretrained).toMatchObject({ pretrained: 'random-bc', steps: null, budgetSeconds: null });
  });
});
