import { equal } from 'node:assert/strict';
import { diffusionSorption, type Trajectories, writeDiffusionSorptionFile } from 'fieldsmith/datasets';

const small = await diffusionSorption('train', {
  trajectories: 3,
  frames: 4,

  referenceCells: 128,
  workers: 0,
});
await writeDiffusionSorptionFile('1D_diff-sorp_NA_NA.h5', small);

export function check({ theirs }: { theirs: Trajectories }) {
  equal(theirs.trajectories, 3);
}
