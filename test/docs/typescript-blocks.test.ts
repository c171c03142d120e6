import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from './block-program.js';
import { typeErrors } from './check-programs.js';
import { COMPANIONS } from './companions/index.js';
import { allBlocks } from './fenced-blocks.js';
import { type BlockRun, runPrograms } from './run-programs.js';

const blocks = allBlocks().filter(({ language }) => /^(ts|typescript)$/.test(language));
const run = blocks.filter(({ key }) => COMPANIONS[key]?.notRun === undefined);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldsmith-blocks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('TypeScript on the pages', () => {
  it('has companions for blocks that are there', () => {
    const keys = blocks.map(({ key }) => key);
    expect(Object.keys(COMPANIONS).filter((key) => !keys.includes(key))).toEqual([]);
  });

  it('has the types of the package', () => {
    expect(typeErrors(blocks.map(programOf), join(folder, 'types'))).toEqual([]);
  });

  describe('runs', () => {
    let runs: readonly BlockRun[];
    beforeAll(async () => {
      runs = await runPrograms(run.map(programOf), join(folder, 'run'));
    }, 300_000);

    it.each(run.map(({ key }) => key))('%s', (key) => {
      expect(runs.find((each) => each.key === key)!.error).toBeUndefined();
    });
  });
});
