/** A page of the site: path in docs/ without `.md` (or where {@link BORROWED} puts it), and its name in the sidebar. */
export type SitePage = readonly [path: string, name: string];

export interface SiteSection {
  readonly title: string;
  readonly pages: readonly SitePage[];
}

/** Every page, in the order of the sidebar; a test holds the folder against it. */
export const SECTIONS: readonly SiteSection[] = [
  {
    title: 'Start',
    pages: [
      ['index', 'Where to begin'],
      ['start', 'Start in five minutes'],
      ['live', 'A model in this page'],
      ['command-line', 'Command line'],
      ['strangers-path', 'The whole path, printed'],
      ['examples', 'Examples'],
      ['limits', 'Limits'],
    ],
  },
  {
    title: 'Guides',
    pages: [
      ['own-part', 'Your own part'],
      ['worth-it', 'Is a surrogate worth it?'],
      ['transient', 'Heat in time'],
      ['control', 'Boundary control'],
      ['viewer', 'The viewer'],
      ['service', 'The HTTP service'],
      ['own-model', 'Your own TensorFlow.js model'],
      ['gpu', 'On the GPU'],
      ['supervision', 'Supervision'],
      ['tasks', 'Tasks'],
      ['jaws', 'Time steppers and JAWS'],
      ['hard-constraints', 'Hard constraints'],
      ['official-formats', 'NPSolver’s and PDEBench’s files'],
    ],
  },
  {
    title: 'Theory',
    pages: [
      ['solvers', 'Finite volumes and certificates'],
      ['multigrid', 'Multigrid'],
      ['reduced-basis', 'The neural reduced basis'],
      ['many-queries', 'Many queries'],
      ['npsolver', 'NPSolver’s method'],
      ['meshing', 'Meshes in 2D'],
      ['meshing-3d', 'Meshes in 3D'],
      ['burgers', 'Burgers’ equation'],
      ['vorticity', 'Plane vorticity'],
      ['diffusion-sorption', 'Diffusion with sorption'],
      ['cylinder-wake', 'Wakes'],
    ],
  },
  {
    title: 'Measured',
    pages: [
      ['results/npsolver', 'NPSolver’s tasks'],
      ['results/poisson-2d', 'The demo’s recipes'],
      ['results/reduced-basis', 'Reduced basis'],
      ['results/control', 'Control'],
      ['results/jaws', 'JAWS on Burgers’ equation'],
      ['results/jaws-cylinder', 'JAWS on wakes'],
      ['results/hard-constraints', 'Hard constraints'],
      ['results/convergence', 'Orders of convergence'],
      ['results/device-curves', 'Devices'],
      ['results/packaging', 'Installations'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['runtime', 'The compiler'],
      ['kernels', 'Kernels and devices'],
      ['formats', 'File formats'],
      ['packaging', 'Installing and bundling'],
      ['webassembly', 'WebAssembly kernels'],
      ['runtime-speed', 'Speed of a training step'],
    ],
  },
  {
    title: 'Project',
    pages: [
      ['reading-the-code', 'How to read the code'],
      ['architecture', 'Architecture'],
      ['contributing', 'Contributing'],
      ['pretrained', 'Models in the package'],
      ['changelog', 'Changes'],
    ],
  },
];

/** Files outside docs/ that are pages too: where they lie in the repository, and their page. */
export const BORROWED: Readonly<Record<string, string>> = {
  'examples/README.md': 'examples',
  'pretrained/README.md': 'pretrained',
  'CONTRIBUTING.md': 'contributing',
  'CHANGELOG.md': 'changelog',
};

/** Where the text of a page lies in the repository. */
export function sourceOfPage(page: string): string {
  const borrowed = Object.entries(BORROWED).find(([, path]) => path === page);
  return borrowed ? borrowed[0] : `docs/${page}.md`;
}
