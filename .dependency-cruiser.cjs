// The import rules between the top-level folders (docs/architecture.md): each may import what its row names, and common/.
const allowed = {
  common: [],
  geometry: [],
  solvers: ['geometry'],
  runtime: [],
  datasets: ['geometry', 'solvers'],
  operators: ['runtime', 'solvers', 'geometry'],
  training: ['operators', 'datasets', 'runtime', 'solvers', 'geometry'],
  control: ['solvers', 'operators', 'runtime', 'geometry'],
  // of training what inference.ts exports: cards and trained models in use
  viewer: ['geometry', 'solvers', 'runtime', 'operators', 'control', 'training'],
  server: ['geometry', 'solvers', 'runtime', 'datasets', 'operators', 'training', 'control'],
};

const browserSafe = '^(geometry|solvers|runtime|control|operators)/';

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([folder, targets]) => ({
      name: `${folder}-imports`,
      comment: `${folder}/ may import only ${['common', ...targets].join(', ')}`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: {
        path: '^(common|geometry|solvers|runtime|datasets|operators|training|control|viewer|server|cli|examples|bench|test)/',
        pathNot: `^(${[folder, 'common', ...targets].join('|')})/`,
      },
    })),
    {
      name: 'public-entry-points-only',
      comment: 'examples/ show what a user can import: package subpaths only',
      severity: 'error',
      from: { path: '^examples/' },
      to: {
        path: '^(common|geometry|solvers|runtime|datasets|operators|training|control|viewer|server|cli)/',
        pathNot: '/(index|inference)\\.ts$',
      },
    },
    {
      name: 'browser-safe',
      comment:
        'these folders run unchanged in the browser: Node built-ins belong to their *-node.ts and *-worker.ts files',
      severity: 'error',
      from: { path: browserSafe, pathNot: '(-node|-worker)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'a file nobody imports',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(common|geometry|solvers|runtime|datasets|operators|training|control|viewer|server|cli)/',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|dist-site|node_modules|runs|solvers/kernels/assembly)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
