import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';

/** What stands in backticks and looks like a path of this repository. */
function namedPaths(text: string): string[] {
  const paths = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, path]) => path);
  return [...new Set(paths)].filter(
    (path) =>
      !path.includes('NAME') &&
      /^(geometry|solvers|runtime|datasets|operators|training|control|viewer|server|cli|bench|scripts|examples|docs|pretrained|test)\//.test(
        path,
      ),
  );
}

describe('CONTRIBUTING and SECURITY', () => {
  it.each(['CONTRIBUTING.md', 'SECURITY.md'])('%s names files and folders that are there', (page) => {
    const paths = namedPaths(readFileSync(packageFile(page), 'utf8'));
    expect(paths.length).toBeGreaterThanOrEqual(5);
    expect(paths.filter((path) => !existsSync(packageFile(path)))).toEqual([]);
  });

  it('the recipes say where names have to go', () => {
    const text = readFileSync(packageFile('CONTRIBUTING.md'), 'utf8');
    const places: [file: string, contents: RegExp][] = [
      ['solvers/preconditioner-choice.ts', /const BUILDERS = \{[\s\S]*\bssor,/],
      ['training/differentiable-surrogate.ts', /'linear-response': \(options\)/],
      ['cli/demo/recipes.ts', /'linear-response': \(setting/],
      ['cli/train/train-command.ts', /'linear-response',[\s\S]*satisfies RecipeName/],
      ['geometry/formats/mesh-formats.ts', /function meshFormatOf\([\s\S]*function meshFormatOfName\(/],
      ['viewer/opened-files.ts', /'ply'/],
      ['operators/losses/supervision-config.ts', /ssor/],
    ];
    for (const [file, contents] of places) {
      expect(text).toContain(file);
      expect(readFileSync(packageFile(file), 'utf8')).toMatch(contents);
    }
  });
});
