import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { pretrainedNames } from '../../training/index.js';

const named = pretrainedNames();

describe('models that come with the package', () => {
  it.each(named)('%s: its README says where it comes from, and agrees with the files', (name) => {
    const folder = packageFile(join('pretrained', name));
    const text = readFileSync(join(folder, 'README.md'), 'utf8');
    const row = (label: string) => new RegExp(`^\\| ${label} \\| (.+) \\|$`, 'm').exec(text)?.[1] ?? '';
    const { training, trainedRange } = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));

    expect(row('command')).toMatch(/`fieldsmith (demo|train) ?[^`]*`/);
    expect(row('code')).toMatch(/commit `[0-9a-f]{7,40}`/);
    expect(row('seed')).toBe(String(training.seed));
    expect(row('training')).toContain(`${training.steps} steps of batches of ${training.batchSize}`);
    expect(row('training')).toContain(`${training.task.sourcesPerSample} sources`);
    expect(row('training')).toContain(`${training.seconds.toFixed(0)} s`);
    expect(row('data')).toContain(`${training.task.meshes.count} meshes`);
    expect(row('data')).toContain(training.task.meshes.sha256);
    const count = (value: number) => value.toLocaleString('en-US');
    expect(row('data')).toContain(
      `${count(trainedRange.cells[0])} to ${count(trainedRange.cells[1])} triangles`,
    );
    expect(row('hardware')).toMatch(/\w+, \d+ cores/);
    expect(row('trained on')).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(row('licence')).not.toBe('');

    const files = readdirSync(folder).filter((file) => file !== 'README.md');
    expect(files).toContain('model.onnx');
    for (const file of files) {
      const hash = createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex');
      expect(row(file)).toBe(`\`${hash}\``);
    }
  });

  it('are all in the list', () => {
    const list = readFileSync(packageFile('pretrained/README.md'), 'utf8');
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(list).toContain(`\`${name}\``);
  });
});
