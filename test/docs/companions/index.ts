/** What a block of a page takes for granted, and how it is made small enough to run. */
export interface Companion {
  /**
   * File beside this one, without `.ts`: its exports are what the block does not say (a mesh, data, imports that stand in the block
   * above), and `check`, if there is one, is called with everything that the block declares
   */
  readonly given?: string;
  /** What of the block's text is replaced by what before it runs (in Node, in a second or two); it is type-checked as it stands */
  readonly smaller?: Readonly<Record<string, string>>;
  /** Why it is checked and does not run */
  readonly notRun?: string;
}

/** By {@link FencedBlock.key}. */
export const COMPANIONS: Readonly<Record<string, Companion>> = {
  'README.md § What is in the box': { given: 'readme-surrogate' },
  'README.md § What is in the box (2)': { given: 'boundary-control' },
  'docs/burgers.md § Burgers equations and wakes': { given: 'burgers' },
  'docs/burgers.md § Data sets': {
    smaller: {
      "'train', { cache": "'train', { trajectories: 2, frames: 4, workers: 0, cache",
      "'otherInitialStates', { cache":
        "'otherInitialStates', { trajectories: 2, frames: 4, workers: 0, cache",
      'trajectories: 64': 'trajectories: 1',
    },
  },
  'docs/control.md § Boundary control': { given: 'boundary-control' },
  'docs/control.md § What can be asked': { given: 'control-session' },
  'docs/cylinder-wake.md § The stepper': {
    given: 'wake',
    smaller: { 'steps: 1000': 'steps: 2, batchSize: 1' },
  },
  'docs/diffusion-sorption.md § Diffusion with sorption': { smaller: { '1024': '64' } },
  'docs/diffusion-sorption.md § Data': {
    given: 'sorption-file',
    smaller: {
      "size: 'reduced'": "trajectories: 2, frames: 4, size: 'reduced'",
      'trajectories: 1000': 'trajectories: 2, frames: 4',
    },
  },
  'docs/formats.md § Mesh files': { given: 'mesh-file' },
  'docs/packaging.md § The browser': { given: 'page-fetch', smaller: { "device: 'wasm'": "device: 'cpu'" } },
  'docs/hard-constraints.md § Hard constraints': {
    given: 'sorption-constraint',
    smaller: {
      'outputs: 16, width: 16, modes: 8': 'outputs: 4, width: 6, layers: 1, modes: 2',
      'cells: 128, frames: 51': 'cells: 24, frames: 6',
      'constraintPool()': 'constraintPool(1)',
      'i < 1000': 'i < 2',
      'cells: 256': 'cells: 48',
    },
  },
  'docs/jaws.md § In use': {
    given: 'stepper-initial',
    smaller: {
      "burgers1dStandard('train')": "burgers1dStandard('train', { trajectories: 2, frames: 6, workers: 0 })",
      'width: 20, layers: 3': 'width: 6, layers: 1, modes: 4, headWidth: 8',
      'steps: 1500': 'steps: 2, batchSize: 2',
      ', 200)': ', 3)',
    },
  },
  'docs/jaws.md § What a step can stretch': { given: 'contraction', smaller: { ', 20);': ', 8);' } },
  'docs/meshing-3d.md § Meshes in 3D': { given: 'solids', smaller: { '100_000': '2000' } },
  'docs/multigrid.md § Multigrid and the other preconditioners': { given: 'linear-system' },
  'docs/official-formats.md § Checkpoints of NPSolver': { given: 'official-checkpoint' },
  'docs/official-formats.md § Meshes and solutions of NPSolver (HDF5)': {
    given: 'npsolver-files',
    smaller: {
      '{ reducedBasis, ritzEnergy }': '{ encoderFeatureCounts, reducedBasis, ritzEnergy }',
      'reducedBasis()':
        'reducedBasis({ rank: 6, waveNumber: 0, encoder: { ...{ width: 8, blocks: 1, heads: 2, cellSlices: 4, faceSlices: 2 }, ...encoderFeatureCounts(2) } })',
      'steps: 4000': 'steps: 2',
    },
  },
  'docs/official-formats.md § Trajectories of PDEBench (HDF5)': {
    given: 'pdebench-file',
    smaller: { 'sampleCount: 1000': 'sampleCount: 3' },
  },
  'docs/own-model.md § A model of the hottest place': { given: 'own-model' },
  'docs/own-part.md § What the card says': { given: 'own-part' },
  'docs/runtime.md § compile': { given: 'energy-slope' },
  'docs/runtime.md § gradient': { given: 'force' },
  'docs/runtime.md § hostCall': { given: 'host-gradient' },
  'docs/runtime.md § compileTrainingStep': { given: 'fitted-line' },
  'docs/runtime.md § exportOnnx, loadModel': { given: 'exported' },
  'docs/start.md § 4. The same from TypeScript': { given: 'start' },
  'docs/supervision.md § Supervision': {
    given: 'small-task',
    smaller: {
      'steps: 4000': 'steps: 2, batchSize: 1, workers: 0',
      'samples: 16, every: 50': 'samples: 2, every: 1',
      'processorBudgetSeconds: 900': 'steps: 2, batchSize: 1, workers: 0',
    },
  },
  'docs/tasks.md § Tasks: what a model is trained on': {
    smaller: { 'cellCount: 1000, seed': 'cellCount: 100, trainingMeshes: 2, seed' },
  },
  'docs/tasks.md § A fixed set with labels': {
    smaller: {
      'cellCount: 1000, seed': 'cellCount: 100, trainingMeshes: 2, seed',
      'distinctSamples: 7000': 'distinctSamples: 4',
      'faceFeatures });': 'faceFeatures, width: 16, blocks: 1, heads: 2 });',
      'steps: 4000': 'steps: 2, batchSize: 2, workers: 0',
    },
  },
  "docs/tasks.md § One's own meshes": { given: 'parts-folder' },
  'docs/transient.md § Heat in time': { given: 'transient' },
  'docs/transient.md § κ of the temperature, steady and in time': { given: 'hot-steel' },
  'docs/transient.md § Many runs on one part': { given: 'reduced-transient' },
  'docs/vorticity.md § Plane flow by its vorticity': {
    given: 'vorticity',
    smaller: { 'frames: 32': 'frames: 2', "'test', { cache": "'test', { trajectories: 1, frames: 2, cache" },
  },
};
