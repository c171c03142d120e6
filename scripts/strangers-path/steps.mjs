/** The commands in their order, each with its arguments and the pattern of its main number in what it prints. */
export function steps(budget) {
  return [
    {
      name: 'mesh',
      args: 'mesh bracket.stl --length-unit mm --cell-size 5 --out bracket.vtu --problem bracket.yaml'.split(
        ' ',
      ),
      main: /^(\d{4,} cells)/m,
    },
    {
      name: 'train',
      args: `train --parts bracket.vtu --dirichlet base --flux heated --budget ${budget} --out runs/bracket`.split(
        ' ',
      ),
      main: /held-out samples: ([\d.]+ %)/,
    },
    { name: 'evaluate', args: ['evaluate', 'runs/bracket'], main: /^verdict +(.+)$/m },
    {
      name: 'solve',
      args: 'solve bracket.yaml --model runs/bracket --out field.vtu'.split(' '),
      main: /^certified \d+ cells, (residual \S+)/m,
    },
    { name: 'control', args: 'control bracket.yaml --out runs/control'.split(' '), main: /^(success: .+)$/m },
  ];
}

/** Lines of the problem file that `fieldsmith mesh` wrote, and what the owner of the part makes of them. */
export const changesToProblem = [
  ['heat: [{ power: 10 }]', 'heat: [{ power: 2 }]'],
  ['heated: { type: insulated }', 'heated: { type: flux, value: 4000 }'],
  ['limit: { maximum: 45 }', 'limit: { maximum: 42 }'],
];
