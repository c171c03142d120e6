import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { type NpsolverTaskName, npsolverTask } from '../../datasets/index.js';
import {
  evaluate,
  loadPretrained,
  openSurrogate,
  pretrainedNames,
  testSamples,
} from '../../training/index.js';

describe('models that come with the package', () => {
  it.each(pretrainedNames())(
    '%s: under 8 MB, opens, and is as good as its card says on samples anew',
    async (name) => {
      const folder = packageFile(`pretrained/${name}`);
      const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(`${folder}/${file}`).size, 0);
      expect(bytes).toBeLessThan(8 * 2 ** 20);
      const surrogate = await openSurrogate(loadPretrained(name));
      try {
        const carded = Object.values(surrogate.card.errors).flatMap((categories) =>
          Object.values(categories).map((statistics) => statistics.meanRelativeL2),
        );
        // models are named for their task
        const task = npsolverTask(name as NpsolverTaskName, { seed: 7, testMeshes: 4, samplesPerMesh: 1 });
        const { meanRelativeL2 } = await evaluate(surrogate.answer, await testSamples(task, { seed: 7 }));
        expect(meanRelativeL2).toBeLessThan(1.5 * Math.max(...carded));
      } finally {
        await surrogate.dispose();
      }
    },
  );

  it('there is one for squares with removed corners', () => {
    expect(pretrainedNames()).toContain('random-bc');
  });

  it('an unknown name is answered with those that are known', () => {
    expect(() => loadPretrained('heat')).toThrow(/no model 'heat'; there are .*random-bc/);
  });
});
