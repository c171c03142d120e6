import { expect, it } from 'vitest';
import { problemSchema } from '../../cli/problem/problem-schema.js';
import { parseYaml } from '../../cli/problem/read-yaml.js';
import { allBlocks } from './fenced-blocks.js';

const blocks = allBlocks();

/** What a fragment of a problem file is put into. */
const rest: Readonly<Record<string, string>> = {
  mesh: '{ rectangle: { from: [0, 0], to: [1, 1] } }',
  conductivity: '1',
  boundary: '{ default: { type: temperature, value: 0 } }',
};

const problems = blocks.filter(({ language }) => language === 'yaml');

it.each(problems.map((block) => [block.key, block] as const))(
  '%s: a problem file',
  (_, { text, page, line }) => {
    const missing = Object.entries(rest).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(text));
    const whole = [text, ...missing.map(([key, value]) => `${key}: ${value}`)].join('\n');
    expect(() => parseYaml(whole, `${page} from ${line}`, problemSchema)).not.toThrow();
  },
);

/** Blocks that nothing checks, and why. */
const NOT_CHECKED: Readonly<Record<string, string>> = {
  'docs/architecture.md § The one idea': 'a drawing',
  'docs/architecture.md § Files of a run': 'a listing of files; test/training writes and reads them',
  'docs/command-line.md § Problem files': 'what is printed; test/cli/wrong-problems.test.ts has it',
  'docs/packaging.md § The browser': 'two headers of an answer',
  'docs/runtime.md § compileTrainingStep': 'an error message; test/runtime/divergence.test.ts has such',
  'docs/runtime.md § Kernels': 'an error message; test/runtime/compile-errors.test.ts has such',
  'docs/supervision.md § Quality during training': 'a part of a line of metrics.jsonl',
};

it('every other block is in a language that is checked, or stands here with the reason why not', () => {
  const checked = ['ts', 'sh', 'console', 'yaml', 'python'];
  const others = blocks.filter(({ language }) => !checked.includes(language)).map(({ key }) => key);
  expect(others.sort()).toEqual(Object.keys(NOT_CHECKED).sort());
});

it('Python stands where test/docs/service-blocks.test.ts runs it', () => {
  const pages = blocks.filter(({ language }) => language === 'python').map(({ page }) => page);
  expect(pages).toEqual(['docs/service.md']);
});
